package org.postern.notifications.notice;

import java.util.Locale;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;

/// What a notice says: that somebody's message waits for somebody. No subject, no content: there is
/// no field for them.
///
/// @param job by which the same notice, sent twice, is recognisable
/// @param author the name of who sent the message; empty if it has none
/// @param recipient whom it is for
/// @param path of the message in the portal, from the first slash on
/// @param language of the recipient
public record Notice(
        TenantId tenant,
        JobId job,
        String author,
        EmailAddress recipient,
        String path,
        Locale language) {

    @Override
    public String toString() {
        return "Notice[job=" + job + "]";
    }
}
