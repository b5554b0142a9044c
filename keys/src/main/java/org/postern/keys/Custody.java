package org.postern.keys;

import java.util.Optional;
import org.postern.crypto.DataKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ObjectName;

/// What whoever owns the machine with the keys can do without a reader: take one message away, and
/// have that recorded. In the process with the ledger alone; no other process can ask for it.
public interface Custody {

    /// The mailbox of an address.
    Optional<MailboxId> mailbox(TenantId tenant, EmailAddress address);

    /// Opens a mailbox's slot of a message, once it is recorded that it does.
    ///
    /// @throws OpeningFailedException if the slot is not that mailbox's, was shredded, or its time
    ///   is over
    DataKey take(TenantId tenant, MailboxId mailbox, ObjectName object, Slot slot)
            throws OpeningFailedException;
}
