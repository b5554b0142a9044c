package org.postern.notifications.notice;

import java.util.Locale;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;

/// A recipient typed the password of a message wrong too often. No subject: there is no field for
/// it.
///
/// @param job by which the same mail, sent twice, is recognisable
/// @param author who is told
/// @param recipient who typed it
/// @param path of the page where the author gives it another one, from the first slash on
/// @param language of the author
public record SpentPassword(
        TenantId tenant,
        JobId job,
        EmailAddress author,
        EmailAddress recipient,
        String path,
        Locale language) {

    @Override
    public String toString() {
        return "SpentPassword[job=" + job + "]";
    }
}
