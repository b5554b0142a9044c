package org.postern.intake;

import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.intake.MailParameters.RefusedException;
import org.postern.mail.door.Door;
import org.postern.mail.returned.ReturnAddress;
import org.postern.mail.returned.ReturnedMail;

/// Mail of ours that comes back, from whomever: only who was sent it knows its address, so that is
/// all it is known by. It is in a transaction of its own.
///
/// @param job whose mail it is
record Returned(Tenant tenant, JobId job) {

    /// Whether anybody at all may bring mail, as long as it is such mail.
    static boolean isExpected(Door.Standing standing) {
        return standing.snapshot().tenants().stream()
                .anyMatch(tenant -> tenant.rules().returnDomain().isPresent());
    }

    /// How large such mail may be.
    static long mostBytes(Limits limits) {
        return Math.min(limits.maxMessageBytes(), ReturnedMail.MOST_BYTES);
    }

    /// The tenant whose mail comes back to this address's domain.
    static Optional<Tenant> tenant(Door door, EmailAddress address) {
        return door.standing()
                .flatMap(standing -> standing.snapshot().tenantReturningTo(address.domain()));
    }

    /// What comes back to this address.
    ///
    /// @throws RefusedException if it is none of ours
    static Returned to(EmailAddress address, Tenant tenant, Door door) throws RefusedException {
        if (ReturnAddress.isNoAnswer(address)) {
            throw new RefusedException(Reply.NO_ANSWERS);
        }
        if (door.returnKeys().isEmpty()) {
            throw new RefusedException(Reply.TRY_AGAIN_LATER);
        }
        return ReturnAddress.job(door.returnKeys(), tenant.id(), address)
                .map(job -> new Returned(tenant, job))
                .orElseThrow(() -> new RefusedException(Reply.NO_SUCH_ADDRESS));
    }
}
