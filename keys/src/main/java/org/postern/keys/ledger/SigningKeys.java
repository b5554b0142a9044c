package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.provider.WrapContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The authority's signing key, remembered for five minutes.
final class SigningKeys {

    private static final int VERSION = 1;

    private static final WrapContext CONTEXT = WrapContext.signingKey(VERSION);

    private final JdbcClient sql;
    private final RootKey root;
    private final Clock clock;
    private final SecureRandom random;
    private final KeyCache<ByteBuffer, SigningKey> remembered;

    SigningKeys(JdbcClient ledger, RootKey root, Clock clock, SecureRandom random) {
        this.sql = ledger;
        this.root = root;
        this.clock = clock;
        this.random = random;
        this.remembered = new KeyCache<>(clock);
    }

    /// The key, made now if nobody has.
    SigningKey current() {
        return find().orElseGet(() -> {
            sql.sql(
                            """
                            INSERT INTO signing_key (version, wrapped_key, created_at)
                            VALUES (:version, :key, :now) ON CONFLICT DO NOTHING
                            """)
                    .param("version", VERSION)
                    .param("key", root.wrap(SigningKey.generate(random).exportSecret(), CONTEXT))
                    .param("now", at(clock.instant()))
                    .update();
            return find().orElseThrow();
        });
    }

    private Optional<SigningKey> find() {
        return sql.sql("SELECT wrapped_key FROM signing_key WHERE version = :version")
                .param("version", VERSION)
                .query((row, _) -> row.getBytes("wrapped_key"))
                .optional()
                .map(key -> remembered.get(ByteBuffer.wrap(key), () -> unwrap(key)));
    }

    private SigningKey unwrap(byte[] key) {
        try {
            return SigningKey.importSecret(root.unwrap(key, CONTEXT));
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("signing key", e);
        }
    }
}
