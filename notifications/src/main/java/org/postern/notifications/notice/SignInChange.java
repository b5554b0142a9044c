package org.postern.notifications.notice;

import java.util.Locale;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;

/// Somebody changed how the owner of a mailbox signs in, or tried to get past it.
///
/// @param job by which the same mail, sent twice, is recognisable
/// @param owner who is told
/// @param what happened
/// @param language of the owner
public record SignInChange(
        TenantId tenant, JobId job, EmailAddress owner, AuditKind what, Locale language) {

    @Override
    public String toString() {
        return "SignInChange[job=" + job + "]";
    }
}
