package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;

/// The keys with which one signer has signed, from the first to the newest: docs/format.md, section
/// 3.5. Each was named by the one before and names it in turn, so whoever knows one of them knows
/// all.
public final class Succession {

    private static final String NEXT = "postern successor";
    private static final String BEFORE = "postern predecessor";
    private static final byte[] MAGIC = "PSTS".getBytes(US_ASCII);
    private static final int FORMAT = 1;
    private static final int FIRST_BYTES = 4 + 1 + 32 + 2;
    private static final int LINK_BYTES = 32 + 8 + 64 + 64;

    /// Keys change yearly.
    private static final int MOST_LINKS = 1000;

    private final List<PublicKey32> keys;
    private final List<Link> links;

    private record Link(Instant made, Signature64 byBefore, Signature64 byNext) {}

    private Succession(List<PublicKey32> keys, List<Link> links) {
        this.keys = List.copyOf(keys);
        this.links = List.copyOf(links);
    }

    /// Of a key that has never been followed by another.
    public static Succession of(PublicKey32 first) {
        return new Succession(List.of(first), List.of());
    }

    /// The same with one more key, to which the newest hands over.
    ///
    /// @param newest the newest key of this succession
    public Succession handOver(SigningKey newest, SigningKey next, Instant made) {
        if (!newest.publicKey().equals(newest()) || keys.contains(next.publicKey())) {
            throw new IllegalArgumentException("not the newest key, or one that was there");
        }
        Instant at = made.truncatedTo(ChronoUnit.MILLIS);
        byte[] signed = signed(keys.size() + 1, newest(), next.publicKey(), at);
        List<PublicKey32> allKeys = new ArrayList<>(keys);
        allKeys.add(next.publicKey());
        List<Link> allLinks = new ArrayList<>(links);
        allLinks.add(new Link(at, newest.sign(NEXT, signed), next.sign(BEFORE, signed)));
        return new Succession(allKeys, allLinks);
    }

    public byte[] encode() {
        Bytes bytes =
                new Bytes()
                        .add(MAGIC)
                        .add(FORMAT)
                        .add(keys.getFirst().toBytes())
                        .add(links.size() >> 8)
                        .add(links.size());
        for (int i = 0; i < links.size(); i++) {
            Link link = links.get(i);
            bytes.add(keys.get(i + 1).toBytes())
                    .addU64(link.made().toEpochMilli())
                    .add(link.byBefore().toBytes())
                    .add(link.byNext().toBytes());
        }
        return bytes.toArray();
    }

    /// Reads a succession and checks both signatures of every key that follows another.
    public static Succession parse(byte[] bytes) throws OpeningFailedException {
        if (bytes.length < FIRST_BYTES) {
            throw new OpeningFailedException();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (!Arrays.equals(take(in, MAGIC.length), MAGIC) || in.get() != FORMAT) {
            throw new OpeningFailedException();
        }
        List<PublicKey32> keys = new ArrayList<>(List.of(key(take(in, 32))));
        int count = Short.toUnsignedInt(in.getShort());
        if (count > MOST_LINKS || in.remaining() != count * LINK_BYTES) {
            throw new OpeningFailedException();
        }
        List<Link> links = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            PublicKey32 key = key(take(in, 32));
            Link link =
                    new Link(
                            Instant.ofEpochMilli(in.getLong()),
                            Signature64.of(take(in, 64)),
                            Signature64.of(take(in, 64)));
            if (keys.contains(key)
                    || link.made().isBefore(Instant.EPOCH)
                    || link.made().isAfter(ObjectHeader.LATEST)) {
                throw new OpeningFailedException();
            }
            byte[] signed = signed(keys.size() + 1, keys.getLast(), key, link.made());
            SigningKey.verify(keys.getLast(), NEXT, signed, link.byBefore());
            SigningKey.verify(key, BEFORE, signed, link.byNext());
            keys.add(key);
            links.add(link);
        }
        return new Succession(keys, links);
    }

    /// The key that signs.
    public PublicKey32 newest() {
        return keys.getLast();
    }

    /// All keys, the first one first.
    public List<PublicKey32> keys() {
        return keys;
    }

    /// Whether this is the other one, with further keys or none. What somebody makes up about the
    /// time before a known key is nothing that continues it.
    public boolean continues(Succession known) {
        return keys.size() >= known.keys.size()
                && keys.subList(0, known.keys.size()).equals(known.keys);
    }

    /// Which of the keys signed this: 1 for the first.
    ///
    /// @throws OpeningFailedException if none did
    public int signer(String purpose, byte[] bytes, Signature64 signature)
            throws OpeningFailedException {
        for (int version = keys.size(); version >= 1; version--) {
            if (SigningKey.isBy(keys.get(version - 1), purpose, bytes, signature)) {
                return version;
            }
        }
        throw new OpeningFailedException();
    }

    private static PublicKey32 key(byte[] bytes) throws OpeningFailedException {
        // Everybody signs for a point of small order.
        if (!Ed25519.validatePublicKeyFull(bytes, 0)) {
            throw new OpeningFailedException();
        }
        return PublicKey32.of(bytes);
    }

    private static byte[] signed(int version, PublicKey32 before, PublicKey32 next, Instant made) {
        return new Bytes()
                .addU32(version)
                .add(before.toBytes())
                .add(next.toBytes())
                .addU64(made.toEpochMilli())
                .toArray();
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] field = new byte[length];
        in.get(field);
        return field;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Succession that
                && keys.equals(that.keys)
                && links.equals(that.links);
    }

    @Override
    public int hashCode() {
        return keys.hashCode();
    }

    @Override
    public String toString() {
        return "Succession[" + keys.size() + " keys]";
    }
}
