package org.postern.notifications.notice;

import java.util.Locale;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;

/// What a notice says: that somebody's message waits for somebody. No content: there is no field
/// for it.
///
/// @param job by which the same notice, sent twice, is recognisable
/// @param author the name of who sent the message; empty if it has none
/// @param subject of the message, where the tenant lets notices name it
/// @param recipient whom it is for
/// @param way how the recipient gets to the message
/// @param language of the recipient
/// @param returnPath where it comes back to when it cannot be delivered
public record Notice(
        TenantId tenant,
        JobId job,
        String author,
        Optional<String> subject,
        EmailAddress recipient,
        Way way,
        Locale language,
        Optional<EmailAddress> returnPath) {

    @Override
    public String toString() {
        return "Notice[job=" + job + "]";
    }
}
