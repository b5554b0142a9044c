package org.postern.crypto.audit;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;

/// A Merkle tree that grows at its end (RFC 6962, section 2.1; RFC 9162, section 2.1.1). Of its
/// leaves only the roots of the full subtrees are kept, one for each bit of its size, which is all
/// that is needed to go on. Immutable.
public final class MerkleTree {

    public static final MerkleTree EMPTY = new MerkleTree(0, List.of());

    private static final int HASH_BYTES = 32;

    /// A leaf and a node never hash alike, or a tree could be passed off as another with a node for
    /// a leaf (RFC 6962, section 2.1).
    private static final byte LEAF = 0;

    private static final byte NODE = 1;

    private final long size;
    private final List<Mac256> subtrees;

    private MerkleTree(long size, List<Mac256> subtrees) {
        this.size = size;
        this.subtrees = subtrees;
    }

    /// The tree of which these are the full subtrees, largest first.
    ///
    /// @throws OpeningFailedException if no tree of this size has so many
    public static MerkleTree of(long size, byte[] subtrees) throws OpeningFailedException {
        if (size < 0 || subtrees.length != HASH_BYTES * Long.bitCount(size)) {
            throw new OpeningFailedException();
        }
        List<Mac256> roots = new ArrayList<>();
        ByteBuffer bytes = ByteBuffer.wrap(subtrees);
        while (bytes.hasRemaining()) {
            byte[] root = new byte[HASH_BYTES];
            bytes.get(root);
            roots.add(Mac256.of(root));
        }
        return new MerkleTree(size, List.copyOf(roots));
    }

    public static Mac256 leafHash(byte[] entry) {
        return Mac256.sha256(ByteBuffer.allocate(1 + entry.length).put(LEAF).put(entry).array());
    }

    public MerkleTree append(Mac256 leaf) {
        List<Mac256> roots = new ArrayList<>(subtrees);
        Mac256 last = leaf;
        for (long full = size; (full & 1) == 1; full >>= 1) {
            last = node(requireNonNull(roots.removeLast()), last);
        }
        roots.add(last);
        return new MerkleTree(size + 1, List.copyOf(roots));
    }

    /// How many leaves it has.
    public long size() {
        return size;
    }

    public Mac256 root() {
        if (subtrees.isEmpty()) {
            return Mac256.sha256(new byte[0]);
        }
        Mac256 root = subtrees.getLast();
        for (int i = subtrees.size() - 2; i >= 0; i--) {
            root = node(subtrees.get(i), root);
        }
        return root;
    }

    /// What [#of] needs, with the size, to go on from here.
    public byte[] subtrees() {
        ByteBuffer bytes = ByteBuffer.allocate(HASH_BYTES * subtrees.size());
        subtrees.forEach(root -> bytes.put(root.toBytes()));
        return bytes.array();
    }

    private static Mac256 node(Mac256 left, Mac256 right) {
        return Mac256.sha256(
                ByteBuffer.allocate(1 + 2 * HASH_BYTES)
                        .put(NODE)
                        .put(left.toBytes())
                        .put(right.toBytes())
                        .array());
    }
}
