package org.postern.notifications.job;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;
import org.postern.db.TenantId;
import org.postern.keys.Authority;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;

/// What relays say to our mail, sealed under the tenant's operations key and bound to the job: it
/// may quote addresses. Thread-safe.
public final class RelayReplies implements KeptReplies {

    private static final Logger log = LoggerFactory.getLogger(RelayReplies.class);

    private final Authority authority;
    private final SecureRandom random;

    public RelayReplies(Authority authority, SecureRandom random) {
        this.authority = authority;
        this.random = random;
    }

    @Override
    public Optional<SealedRecord> seal(TenantId tenant, JobId job, String reply) {
        try {
            RecordKey operations = authority.lend(tenant).operations();
            return Optional.of(
                    operations.seal(reply.getBytes(UTF_8), context(tenant, job), random));
        } catch (DataAccessException e) {
            log.warn(
                    "a relay's reply is not kept: tenant={} job={} reason={}",
                    tenant,
                    job,
                    e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /// Opens what a relay said to the mail of a job.
    ///
    /// @param operations the tenant's
    /// @throws OpeningFailedException if it is not of this job
    public static String open(RecordKey operations, TenantId tenant, JobId job, SealedRecord reply)
            throws OpeningFailedException {
        return new String(operations.open(reply, context(tenant, job)), UTF_8);
    }

    private static byte[] context(TenantId tenant, JobId job) {
        byte[] name = "postern relay reply\0".getBytes(US_ASCII);
        ByteBuffer context = ByteBuffer.allocate(name.length + 32).put(name);
        for (UUID id : new UUID[] {tenant.value(), job.value()}) {
            context.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
        return context.array();
    }
}
