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
import org.postern.mail.board.Board;
import org.postern.mail.door.Door;
import org.postern.mail.door.NotReadyException;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.signin.SignInMail;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Asks for a sign-in mail. One path for every address: the portal cannot tell whether anybody has
/// it, and neither can whoever watches.
public final class SignInRequests {

    private static final Logger log = LoggerFactory.getLogger(SignInRequests.class);

    private final Door door;
    private final MailDatabase database;
    private final Jobs jobs;
    private final UuidV7 ids;
    private final Board board;
    private final LaterRequests later;
    private final Clock clock;
    private final SecureRandom random;

    SignInRequests(
            Door door,
            MailDatabase database,
            Jobs jobs,
            Board board,
            LaterRequests later,
            Clock clock,
            SecureRandom random) {
        this.door = door;
        this.database = database;
        this.jobs = jobs;
        this.board = board;
        this.later = later;
        this.ids = new UuidV7(clock, random);
        this.clock = clock;
        this.random = random;
    }

    /// Request and promised mail commit together; while the database is away the request waits.
    ///
    /// @param address as typed; sealed before it is stored
    /// @return whether the mail is sent now, or after the maintenance
    /// @throws NotReadyException if this door may seal nothing now
    /// @throws DataAccessException if the request can be kept nowhere
    boolean ask(TenantId tenant, EmailAddress address, String binding) throws NotReadyException {
        SignInRequest request = sealed(tenant, address, binding);
        if (!board.isMaintenance()) {
            try {
                insert(request);
                return true;
            } catch (DataAccessException | TransactionException e) {
                log.warn("a sign-in request waits: reason={}", e.getClass().getSimpleName());
            }
        }
        later.add(request);
        return false;
    }

    /// Asks for the mails that waited, if there is a database again. To be done now and then.
    public void handOver() {
        if (!board.isMaintenance()) {
            later.drain(this::insert);
        }
    }

    private void insert(SignInRequest request) {
        TenantId tenant = new TenantId(request.header().tenant());
        database.transaction()
                .executeWithoutResult(_ -> {
                    if (!database.signInRequests().insertIfAbsent(tenant, request)) {
                        return;
                    }
                    database.audit()
                            .insert(
                                    tenant,
                                    ids.next(),
                                    AuditKind.SIGN_IN_REQUESTED,
                                    Optional.empty(),
                                    Optional.of(request.header().object()),
                                    request.requestedAt());
                    jobs.promiseUrgent(
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
