package org.postern.notifications.notice;

import java.util.Locale;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.LockKind;
import org.postern.db.TenantId;

/// A recipient could not open a message, and nobody but its author helps: its password, or the PIN
/// from a phone, was typed wrong too often, or too many PINs were sent. No subject: there is no
/// field for it.
///
/// @param job by which the same mail, sent twice, is recognisable
/// @param author who is told
/// @param recipient who typed it
/// @param lock what the message asks for
/// @param path of the page where the author changes that, from the first slash on
/// @param language of the author
public record SpentPassword(
        TenantId tenant,
        JobId job,
        EmailAddress author,
        EmailAddress recipient,
        LockKind lock,
        String path,
        Locale language) {

    @Override
    public String toString() {
        return "SpentPassword[job=" + job + "]";
    }
}
