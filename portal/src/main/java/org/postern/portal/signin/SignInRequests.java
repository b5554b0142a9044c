package org.postern.portal.signin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.postern.crypto.DataKey;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService;
import org.postern.mail.door.Door;
import org.postern.mail.door.NotReadyException;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.signin.SignInMail;

/// Asks for a sign-in mail. One path for every address: the portal cannot tell whether anybody has
/// it, and neither can whoever watches.
final class SignInRequests {

    private final Door door;
    private final MailDatabase database;
    private final Jobs jobs;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;

    SignInRequests(Door door, MailDatabase database, Jobs jobs, Clock clock, SecureRandom random) {
        this.door = door;
        this.database = database;
        this.jobs = jobs;
        this.ids = new UuidV7(clock, random);
        this.clock = clock;
        this.random = random;
    }

    /// Request and promised mail commit together.
    ///
    /// @param address as typed; sealed before it is stored
    /// @throws NotReadyException if this door may seal nothing now
    void ask(TenantId tenant, EmailAddress address, String binding) throws NotReadyException {
        SignInRequest request = sealed(tenant, address, binding);
        database.transaction()
                .executeWithoutResult(_ -> {
                    database.signInRequests().insert(tenant, request);
                    database.audit()
                            .insert(
                                    tenant,
                                    ids.next(),
                                    AuditKind.SIGN_IN_REQUESTED,
                                    Optional.empty(),
                                    Optional.of(request.header().object()),
                                    request.requestedAt());
                    jobs.promise(
                            tenant, SignInMail.KIND, request.header().object(), Optional.empty());
                });
    }

    private SignInRequest sealed(TenantId tenant, EmailAddress address, String binding)
            throws NotReadyException {
        Door.Standing standing = door.requireStanding();
        ObjectHeader header =
                new ObjectHeader(
                        ObjectType.SEALED_RECORD,
                        tenant.value(),
                        ids.next(),
                        clock.instant(),
                        door.instance(),
                        0);
        DataKey key = DataKey.generate(random);
        return new SignInRequest(
                header,
                standing.spoolSealer().seal(key, header),
                key.recordKey(KeyService.ADDRESS)
                        .seal(address.text().getBytes(UTF_8), header.hash(), random),
                Tokens.hash(binding),
                header.created());
    }
}
