package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.DataKey;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.keys.provider.WrapContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// One spool key pair per cluster and week.
final class SpoolKeys {

    static final Duration WEEK = Duration.ofDays(7);

    private final JdbcClient sql;
    private final RootKey root;
    private final Clock clock;
    private final SecureRandom random;
    private final KeyCache<Wrapped, SpoolKeyPair> remembered;

    SpoolKeys(JdbcClient ledger, RootKey root, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.root = root;
        this.clock = clock;
        this.random = random;
        this.remembered = new KeyCache<>(clock);
    }

    /// This week's key pair, made now if nobody has.
    SpoolKeyPair current() {
        long week = Duration.between(Instant.EPOCH, clock.instant()).dividedBy(WEEK);
        return find(week).orElseGet(() -> create(week));
    }

    /// The key pair of that week, unless it was destroyed: the row is looked for every time, and
    /// only its unwrapping remembered.
    Optional<SpoolKeyPair> find(long week) {
        return sql.sql(
                        "SELECT wrapped_seed FROM spool_key"
                                + " WHERE spool_key_id = :week AND wrapped_seed IS NOT NULL")
                .param("week", week)
                .query((row, _) -> row.getBytes("wrapped_seed"))
                .optional()
                .map(seed ->
                        remembered.get(
                                new Wrapped(week, ByteBuffer.wrap(seed)),
                                () -> unwrap(week, seed)));
    }

    /// What a door sealed to the key of its week.
    DataKey open(SpoolSlot slot, ObjectHeader header) throws OpeningFailedException {
        return find(slot.spoolKeyId()).orElseThrow(OpeningFailedException::new).open(slot, header);
    }

    private SpoolKeyPair unwrap(long week, byte[] seed) {
        try {
            return SpoolKeyPair.importSecret(week, root.unwrap(seed, WrapContext.spoolKey(week)));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("spool key", e);
        }
    }

    private SpoolKeyPair create(long week) {
        SpoolKeyPair pair = SpoolKeyPair.generate(week, random);
        sql.sql(
                        """
                        INSERT INTO spool_key (spool_key_id, wrapped_seed, public_key, created_at)
                        VALUES (:week, :seed, :public, :now) ON CONFLICT DO NOTHING
                        """)
                .param("week", week)
                .param("seed", root.wrap(pair.exportSecret(), WrapContext.spoolKey(week)))
                .param("public", pair.publicKey().toBytes())
                .param("now", at(clock.instant()))
                .update();
        return find(week).orElseThrow();
    }

    private record Wrapped(long week, ByteBuffer seed) {}
}
