package org.postern.notifications.audit;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postern.crypto.audit.AuditEntry;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditChainStore;
import org.postern.db.store.AuditEvent;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredCheckpoint;
import org.postern.keys.Authority;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Gives committed audit events their places in their tenant's chain and has the authority sign it,
/// every second (docs/format.md, section 11).
///
/// Any number may run: for each tenant the database elects one at a time to number, and the
/// authority appends only to the tree that it has. Whoever is killed between the three steps
/// (number, sign, keep the checkpoint) loses nothing: an event waits until a checkpoint that covers
/// it was kept, and each step begins where the one before it stands.
public final class Chainer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Chainer.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);
    private static final Duration FAREWELL = Duration.ofSeconds(10);
    private static final int AT_ONCE = 1000;

    private final MailDatabase database;
    private final AuditChainStore chain;
    private final Authority authority;
    private final Clock clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("audit-chainer").unstarted(this::run);

    /// Does nothing before [#start].
    public Chainer(MailDatabase database, Authority authority, Clock clock) {
        this.database = database;
        this.chain = database.auditChain();
        this.authority = authority;
        this.clock = clock;
    }

    /// Begins. The databases may still be away.
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed.countDown();
        try {
            thread.join(FAREWELL.toMillis());
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            Duration pause = PAUSE;
            while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                pause = chain() ? PAUSE : PAUSE_AFTER_FAILURE;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// Chains what is committed now. One tenant whose rows were changed does not keep the others
    /// waiting.
    ///
    /// @return whether all went well
    public boolean chain() {
        List<TenantId> tenants;
        try {
            tenants = chain.unchained();
        } catch (DataAccessException e) {
            log.warn("audit events wait: reason={}", e.getClass().getSimpleName());
            return false;
        }
        boolean all = true;
        for (TenantId tenant : tenants) {
            try {
                chain(tenant);
            } catch (DamagedRowException e) {
                waitsForAPerson(tenant, e);
                all = false;
            } catch (DataAccessException | TransactionException e) {
                log.warn(
                        "audit events wait: tenant={} reason={}",
                        tenant,
                        e.getClass().getSimpleName());
                all = false;
            } catch (RuntimeException e) {
                waitsForAPerson(tenant, e);
                all = false;
            }
        }
        return all;
    }

    private static void waitsForAPerson(TenantId tenant, RuntimeException e) {
        log.error(
                "audit events cannot be chained and wait for a person: tenant={} reason={}",
                tenant,
                e.getClass().getSimpleName());
    }

    private void chain(TenantId tenant) {
        boolean more = true;
        while (more) {
            long signed = authority.audited(tenant);
            number(tenant, signed);
            List<Mac256> leaves = chain.leaves(tenant, signed, AT_ONCE);
            if (signed == 0 && leaves.isEmpty()) {
                return; // another is numbering them
            }
            StoredCheckpoint checkpoint = authority.checkpoint(tenant, signed, leaves);
            database.transaction()
                    .executeWithoutResult(
                            _ -> chain.insertCheckpoint(tenant, checkpoint, clock.instant()));
            more = leaves.size() == AT_ONCE;
        }
    }

    /// Gives the next places.
    ///
    /// @param signed how many places the authority has signed for: none of them is given again,
    ///   even if the mail database has lost what stood there
    private void number(TenantId tenant, long signed) {
        database.transaction()
                .executeWithoutResult(_ -> {
                    if (!chain.lead(tenant)) {
                        return;
                    }
                    List<AuditEvent> events = chain.unnumbered(tenant, AT_ONCE);
                    if (events.isEmpty()) {
                        return;
                    }
                    long next = chain.nextSequence(tenant);
                    if (next < signed) {
                        log.error(
                                "audit events that were signed are gone: tenant={} from={} to={}",
                                tenant,
                                next,
                                signed - 1);
                        next = signed;
                    }
                    for (AuditEvent event : events) {
                        chain.insert(
                                tenant, next, event.event(), entry(tenant, next, event).leafHash());
                        next++;
                    }
                });
    }

    private static AuditEntry entry(TenantId tenant, long sequence, AuditEvent event) {
        return new AuditEntry(
                tenant.value(),
                sequence,
                event.event(),
                event.happenedAt(),
                event.kind(),
                event.mailbox().map(MailboxId::value),
                event.object());
    }
}
