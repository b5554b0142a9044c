package org.postern.portal.session;

import java.time.Instant;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.mail.reading.Reader;

/// The owner of a mailbox, signed in.
///
/// @param endsAt after which the key service opens nothing for this reading key
public record SignedIn(TenantId tenant, MailboxId mailbox, ReadingKey key, Instant endsAt) {

    /// The same, as `mail` knows a reader.
    public Reader reader() {
        return new Reader(tenant, mailbox, key);
    }
}
