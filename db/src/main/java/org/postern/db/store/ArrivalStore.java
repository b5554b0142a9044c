package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.header;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.sealed;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.IntegrityLog;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Messages handed over and not yet delivered, and the tombstones of those that were. Found by
/// spool id alone, since the owner of a spool knows no tenants. Thread-safe.
public final class ArrivalStore {

    private final JdbcClient sql;
    private final AuditStore audit;

    public ArrivalStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
        this.audit = new AuditStore(mailDatabase);
    }

    /// Inserts an arrival unless its spool id was ever seen before: hand-over may run twice.
    /// Without a conflict target, so that whoever may only insert needs no right to read.
    ///
    /// Records that the message was accepted, when it was: until now that stood in the spool alone.
    /// In the caller's transaction; the event has the message's own id.
    public void insertIfAbsent(Arrival arrival) {
        insertIfAbsent(List.of(arrival));
    }

    /// The same for several.
    ///
    /// @throws DuplicateKeyException if one of several was seen before, which is rare: the caller
    ///   rolls back and inserts each by itself
    public void insertIfAbsent(List<Arrival> arrivals) {
        int inserted =
                sql.sql(
                                """
                                INSERT INTO arrival (spool_id, tenant_id, header, certificate, spool_slot, sealed_envelope, arrived_at, run_at)
                                SELECT spool, tenant, header, certificate, slot, envelope, at, at
                                  FROM unnest(:spools, :tenants, :headers, :certificates, :slots, :envelopes, CAST(:times AS timestamptz[]))
                                       AS each (spool, tenant, header, certificate, slot, envelope, at)
                                ON CONFLICT DO NOTHING
                                """)
                        .param("spools", each(arrivals, one -> one.header().object(), UUID[]::new))
                        .param("tenants", each(arrivals, one -> one.header().tenant(), UUID[]::new))
                        .param(
                                "headers",
                                each(arrivals, one -> one.header().encode(), byte[][]::new))
                        .param(
                                "certificates",
                                each(arrivals, one -> one.certificate().encode(), byte[][]::new))
                        .param(
                                "slots",
                                each(arrivals, one -> one.spoolSlot().toBytes(), byte[][]::new))
                        .param(
                                "envelopes",
                                each(
                                        arrivals,
                                        one -> one.sealedEnvelope().toBytes(),
                                        byte[][]::new))
                        .param(
                                "times",
                                each(arrivals, one -> one.arrivedAt().toString(), String[]::new))
                        .update();
        if (inserted == arrivals.size()) {
            audit.insertAccepted(arrivals.stream().map(Arrival::header).toList());
        } else if (arrivals.size() > 1) {
            throw new DuplicateKeyException("one of several arrivals was handed over before");
        }
    }

    private static <T> T[] each(
            List<Arrival> arrivals, Function<Arrival, T> value, IntFunction<T[]> array) {
        return arrivals.stream().map(value).toArray(array);
    }

    /// Takes up to `max` due arrivals so that no other worker has them until the lease ends. A row
    /// that holds no arrival is left to its lease, so that it keeps nobody else's mail waiting.
    public List<Arrival> claim(int max, Instant now, Duration lease) {
        return sql
                .sql(
                        """
                        WITH due AS (SELECT spool_id FROM arrival
                                      WHERE state <> 'completed' AND run_at <= :now -- running and due: the lease ran out
                                      ORDER BY run_at, spool_id LIMIT :max FOR UPDATE SKIP LOCKED)
                        UPDATE arrival SET state = 'running', attempt = attempt + 1, run_at = :leaseEnd
                          FROM due WHERE arrival.spool_id = due.spool_id RETURNING arrival.*
                        """)
                .param("now", at(now))
                .param("max", max)
                .param("leaseEnd", at(now.plus(lease)))
                .query((row, _) -> readable(row))
                .list()
                .stream()
                .flatMap(Optional::stream)
                .toList();
    }

    /// Moves the end of a claim's lease, while the delivery goes on.
    ///
    /// @return false if another worker has claimed the arrival since
    public boolean extend(Arrival arrival, Instant leaseEnd) {
        return sql.sql(
                                """
                                UPDATE arrival SET run_at = :leaseEnd
                                 WHERE spool_id = :spool AND attempt = :attempt AND state = 'running'
                                """)
                        .param("leaseEnd", at(leaseEnd))
                        .param("spool", arrival.header().object())
                        .param("attempt", arrival.attempt())
                        .update()
                == 1;
    }

    /// Marks an arrival delivered, in the caller's transaction.
    ///
    /// @return false if another worker has claimed it since: the caller rolls back
    public boolean complete(Arrival arrival) {
        return sql.sql(
                                """
                                UPDATE arrival SET state = 'completed', spool_slot = NULL, sealed_envelope = NULL
                                 WHERE spool_id = :spool AND attempt = :attempt AND state = 'running'
                                """)
                        .param("spool", arrival.header().object())
                        .param("attempt", arrival.attempt())
                        .update()
                == 1;
    }

    /// Whether there ever was an arrival with each of these spool ids: those of which there was.
    public Set<UUID> known(Collection<UUID> spoolIds) {
        return spoolIds.isEmpty()
                ? Set.of()
                : Set.copyOf(
                        sql.sql("SELECT spool_id FROM arrival WHERE spool_id IN (:spool)")
                                .param("spool", spoolIds)
                                .query((row, _) -> uuid(row, "spool_id"))
                                .list());
    }

    /// Gives a claimed arrival back, due again at `next`.
    public void retry(Arrival arrival, Instant next) {
        sql.sql(
                        """
                        UPDATE arrival SET state = 'retryable', run_at = :next
                         WHERE spool_id = :spool AND attempt = :attempt AND state = 'running'
                        """)
                .param("next", at(next))
                .param("spool", arrival.header().object())
                .param("attempt", arrival.attempt())
                .update();
    }

    /// Makes every claim void. For a process that knows itself alone on its database, at its start:
    /// what it was doing when it was killed is due now, not when the lease ends. The fence makes a
    /// claim voided by mistake harmless.
    public void releaseClaims(Instant now) {
        sql.sql("UPDATE arrival SET state = 'retryable', run_at = :now WHERE state = 'running'")
                .param("now", at(now))
                .update();
    }

    /// How many arrivals wait to be delivered.
    public long waiting() {
        return sql.sql("SELECT count(*) FROM arrival WHERE state <> 'completed'")
                .query(Long.class)
                .single();
    }

    /// When the oldest arrival that waits to be delivered was handed over; empty if none waits.
    public Optional<Instant> oldest() {
        return sql.sql("SELECT min(arrived_at) AS oldest FROM arrival WHERE state <> 'completed'")
                .query((row, _) -> Columns.optionalInstant(row, "oldest"))
                .single();
    }

    /// The oldest spool key that an arrival not yet delivered needs, damaged rows included; empty
    /// if all are delivered.
    public OptionalLong oldestSpoolKey() {
        return sql.sql(
                        """
                        SELECT min(('x' || encode(substring(spool_slot FROM 1 FOR 8), 'hex'))::bit(64)::bigint) AS oldest
                          FROM arrival WHERE state <> 'completed'
                        """)
                .query((row, _) -> {
                    long oldest = row.getLong("oldest");
                    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(oldest);
                })
                .single();
    }

    private static Optional<Arrival> readable(ResultSet row) throws SQLException {
        try {
            return Optional.of(arrival(row));
        } catch (DamagedRowException e) {
            IntegrityLog.message(
                    IntegrityLog.Stored.ARRIVAL_ROW,
                    new TenantId(uuid(row, "tenant_id")),
                    new MessageId(uuid(row, "spool_id")));
            return Optional.empty();
        }
    }

    private static Arrival arrival(ResultSet row) throws SQLException {
        return new Arrival(
                header(row, "header", "spool_id"),
                sealed(row, "certificate", InstanceCertificate::parse),
                sealed(row, "spool_slot", SpoolSlot::of),
                sealed(row, "sealed_envelope", SealedRecord::of),
                instant(row, "arrived_at"),
                row.getInt("attempt"));
    }
}
