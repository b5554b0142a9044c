package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.sql.Types;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.SigningKey;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.IntegrityLog;
import org.postern.keys.ledger.Rotation.Step;
import org.postern.keys.provider.WrapContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The authority's signing keys, of which the newest signs. It is remembered for five minutes;
/// which is the newest is looked up every time, so that all processes change to another at once.
final class SigningKeys {

    private static final int FIRST = 1;

    private final JdbcClient sql;
    private final RootKey root;
    private final Clock clock;
    private final SecureRandom random;
    private final KeyCache<Row, Signer> remembered;

    SigningKeys(JdbcClient ledger, RootKey root, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.root = root;
        this.clock = clock;
        this.random = random;
        this.remembered = new KeyCache<>(clock);
    }

    /// What signs.
    ///
    /// @param succession of the key
    /// @param auditSuccession of the key that follows from it for the audit
    record Signer(int version, SigningKey key, Succession succession, Succession auditSuccession) {

        /// Signed notes have no room for a purpose, so they have a key of their own
        /// (docs/format.md, section 11.3).
        SigningKey auditKey() {
            return auditKey(key);
        }

        private static SigningKey auditKey(SigningKey key) {
            return key.derive("audit");
        }

        static Signer first(SigningKey key) {
            return new Signer(
                    FIRST,
                    key,
                    Succession.of(key.publicKey()),
                    Succession.of(auditKey(key).publicKey()));
        }

        Signer followedBy(SigningKey next, Clock clock) {
            return new Signer(
                    version + 1,
                    next,
                    succession.handOver(key, next, clock.instant()),
                    auditSuccession.handOver(auditKey(), auditKey(next), clock.instant()));
        }

        /// Whether the keys that follow each other are as many as the ledger says, and end with
        /// this.
        boolean isWhole() {
            return succession.keys().size() == version
                    && succession.newest().equals(key.publicKey())
                    && auditSuccession.keys().size() == version
                    && auditSuccession.newest().equals(auditKey().publicKey());
        }

        @Override
        public String toString() {
            return "Signer[version=" + version + "]";
        }
    }

    /// The newest, made now if nobody has.
    Signer current() {
        return find().orElseGet(() -> {
            insert(Signer.first(SigningKey.generate(random)));
            return find().orElseThrow();
        });
    }

    /// Puts another key in the place of the one that signs, and destroys the secret of that. If
    /// this was broken off the last time, only the rest is done.
    ///
    /// @return the version that signs
    int rotate(Consumer<Step> steps) {
        Signer signer = current();
        if (!destroyFollowed(steps)) {
            insert(signer.followedBy(SigningKey.generate(random), clock));
            steps.accept(Step.SIGNING_VERSION_MADE);
            destroyFollowed(steps);
        }
        return current().version();
    }

    /// Destroys the secrets that another key has followed; also what a rotation that was broken off
    /// has left. The newest is read first, so that none goes before it is known to open.
    ///
    /// @return whether there was anything to destroy
    boolean destroyFollowed(Consumer<Step> steps) {
        boolean destroyed = find().filter(newest -> destroyBefore(newest.version())).isPresent();
        if (destroyed) {
            steps.accept(Step.SIGNING_SECRET_DESTROYED);
        }
        return destroyed;
    }

    private boolean destroyBefore(int version) {
        return sql.sql(
                                """
                                UPDATE signing_key SET wrapped_key = NULL, destroyed_at = :now
                                 WHERE version < :version AND wrapped_key IS NOT NULL
                                """)
                        .param("version", version)
                        .param("now", at(clock.instant()))
                        .update()
                > 0;
    }

    /// Unless somebody else has put one there.
    private void insert(Signer signer) {
        boolean first = signer.version() == FIRST;
        sql.sql(
                        """
                        INSERT INTO signing_key (version, wrapped_key, created_at, succession, audit_succession)
                        VALUES (:version, :key, :now, :succession, :audit) ON CONFLICT DO NOTHING
                        """)
                .param("version", signer.version())
                .param("key", root.wrap(signer.key().exportSecret(), context(signer.version())))
                .param("now", at(clock.instant()))
                .param("succession", first ? null : signer.succession().encode(), Types.BINARY)
                .param("audit", first ? null : signer.auditSuccession().encode(), Types.BINARY)
                .update();
    }

    /// The newest, if there is any.
    Optional<Signer> find() {
        return sql.sql("SELECT * FROM signing_key ORDER BY version DESC LIMIT 1")
                .query((row, _) ->
                        new Row(
                                row.getInt("version"),
                                bytes(row.getBytes("wrapped_key")),
                                bytes(row.getBytes("succession")),
                                bytes(row.getBytes("audit_succession"))))
                .optional()
                .map(row -> remembered.get(row, () -> read(row)));
    }

    private Signer read(Row row) {
        try {
            SigningKey key =
                    SigningKey.importSecret(
                            root.unwrap(
                                    row.wrapped.orElseThrow(OpeningFailedException::new).array(),
                                    context(row.version)));
            if (row.version == FIRST) {
                return Signer.first(key);
            }
            Signer signer =
                    new Signer(
                            row.version,
                            key,
                            succession(row.succession),
                            succession(row.auditSuccession));
            if (!signer.isWhole()) {
                throw new OpeningFailedException();
            }
            return signer;
        } catch (OpeningFailedException e) {
            IntegrityLog.common(IntegrityLog.Stored.LEDGER_KEY);
            throw new DamagedLedgerException("signing key", e);
        }
    }

    private static Succession succession(Optional<ByteBuffer> stored)
            throws OpeningFailedException {
        return Succession.parse(stored.orElseThrow(OpeningFailedException::new).array());
    }

    private static WrapContext context(int version) {
        return WrapContext.signingKey(version);
    }

    private static Optional<ByteBuffer> bytes(byte @Nullable [] stored) {
        return Optional.ofNullable(stored).map(ByteBuffer::wrap);
    }

    private record Row(
            int version,
            Optional<ByteBuffer> wrapped,
            Optional<ByteBuffer> succession,
            Optional<ByteBuffer> auditSuccession) {}
}
