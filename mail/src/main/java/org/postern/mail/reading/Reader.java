package org.postern.mail.reading;

import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService;

/// Somebody signed in: whose mailbox, and the key by which the key service knows it.
public record Reader(TenantId tenant, MailboxId mailbox, KeyService.ReadingKey key) {}
