package org.postern.keys.ledger;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import org.postern.crypto.SigningKey;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.MerkleTree;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.TenantId;
import org.postern.db.store.StoredCheckpoint;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// The trees of the tenants' audit chains. They grow and never change, so that no two checkpoints
/// contradict each other (c2sp.org/tlog-checkpoint, "Signatures").
final class AuditTrees {

    private final JdbcClient sql;
    private final TransactionOperations transaction;

    AuditTrees(JdbcClient ledger, TransactionOperations transaction) {
        this.sql = ledger;
        this.transaction = transaction;
    }

    long size(TenantId tenant) {
        return find(tenant, "").map(MerkleTree::size).orElse(0L);
    }

    /// Appends if the tree has this size, and signs it as it then stands.
    StoredCheckpoint append(TenantId tenant, long size, List<Mac256> leaves, SigningKey key) {
        MerkleTree tree =
                requireNonNull(
                        transaction.execute(_ -> {
                            MerkleTree grown = find(tenant, " FOR UPDATE").orElse(MerkleTree.EMPTY);
                            if (grown.size() != size || leaves.isEmpty()) {
                                return grown;
                            }
                            for (Mac256 leaf : leaves) {
                                grown = grown.append(leaf);
                            }
                            return store(tenant, size, grown)
                                    ? grown
                                    : find(tenant, "").orElseThrow();
                        }));
        Checkpoint checkpoint =
                new Checkpoint(Checkpoint.origin(tenant.value()), tree.size(), tree.root());
        return new StoredCheckpoint(tree.size(), tree.root(), checkpoint.sign(key));
    }

    /// Puts the grown tree in place of the one of this size.
    ///
    /// @return false if somebody else began the tree meanwhile
    private boolean store(TenantId tenant, long size, MerkleTree grown) {
        return sql.sql(
                                """
                                INSERT INTO audit_tree (tenant_id, size, subtrees) VALUES (:tenant, :size, :subtrees)
                                ON CONFLICT (tenant_id) DO UPDATE SET size = excluded.size, subtrees = excluded.subtrees
                                 WHERE audit_tree.size = :before
                                """)
                        .param("tenant", tenant.value())
                        .param("size", grown.size())
                        .param("subtrees", grown.subtrees())
                        .param("before", size)
                        .update()
                == 1;
    }

    private Optional<MerkleTree> find(TenantId tenant, String lock) {
        return sql.sql("SELECT size, subtrees FROM audit_tree WHERE tenant_id = :tenant" + lock)
                .param("tenant", tenant.value())
                .query((row, _) -> {
                    try {
                        return MerkleTree.of(row.getLong("size"), row.getBytes("subtrees"));
                    } catch (OpeningFailedException e) {
                        throw new DamagedLedgerException("audit tree", e);
                    }
                })
                .optional();
    }
}
