package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.sealed;

import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.sealed.Signature64;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Signed snapshots; only the newest counts. Thread-safe.
public final class SnapshotStore {

    private final JdbcClient sql;

    public SnapshotStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Publishes a snapshot under a number nobody has used.
    ///
    /// @throws org.springframework.dao.DuplicateKeyException if somebody has: build it anew
    public void insert(SignedSnapshot snapshot, Instant now) {
        sql.sql(
                        """
                        INSERT INTO snapshot (number, document, signature, created_at)
                        VALUES (:number, :document, :signature, :now)
                        """)
                .param("number", snapshot.number())
                .param("document", snapshot.document())
                .param("signature", snapshot.signature().toBytes())
                .param("now", at(now))
                .update();
        sql.sql("DELETE FROM snapshot WHERE number <= :old")
                .param("old", snapshot.number() - 10)
                .update();
    }

    /// The newest snapshot, if any was published.
    public Optional<SignedSnapshot> newest() {
        return sql.sql("SELECT * FROM snapshot ORDER BY number DESC LIMIT 1")
                .query((row, _) ->
                        new SignedSnapshot(
                                row.getLong("number"),
                                row.getBytes("document"),
                                sealed(row, "signature", Signature64::of)))
                .optional();
    }
}
