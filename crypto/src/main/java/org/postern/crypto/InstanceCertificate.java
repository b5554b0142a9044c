package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;

/// By this `keys` says that an intake or portal may seal, and until when: docs/format.md, section
/// 3.3.
public record InstanceCertificate(
        String instance,
        PublicKey32 key,
        Instant notBefore,
        Instant notAfter,
        Signature64 signature) {

    private static final String PURPOSE = "postern instance";
    private static final byte[] MAGIC = "PSTC".getBytes(US_ASCII);
    private static final int FORMAT = 1;
    private static final int BYTES_BESIDE_INSTANCE = 4 + 1 + 2 + 32 + 8 + 8 + 64;

    public InstanceCertificate {
        if (!ObjectHeader.isInstanceId(instance)) {
            throw new IllegalArgumentException("instance id is not 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        notBefore = notBefore.truncatedTo(ChronoUnit.MILLIS);
        notAfter = notAfter.truncatedTo(ChronoUnit.MILLIS);
        if (!isRange(notBefore, notAfter)) {
            throw new IllegalArgumentException("a certificate ends after it begins");
        }
    }

    /// Certifies a key, unless it is a point of small order, for which anybody can make signatures.
    public static InstanceCertificate issue(
            SigningKey authority,
            String instance,
            PublicKey32 key,
            Instant notBefore,
            Instant notAfter) {
        if (!Ed25519.validatePublicKeyFull(key.toBytes(), 0)) {
            throw new IllegalArgumentException("not a public key");
        }
        Instant from = notBefore.truncatedTo(ChronoUnit.MILLIS);
        Instant until = notAfter.truncatedTo(ChronoUnit.MILLIS);
        Signature64 signature = authority.sign(PURPOSE, signed(instance, key, from, until));
        return new InstanceCertificate(instance, key, from, until, signature);
    }

    public byte[] encode() {
        return new Bytes()
                .add(signed(instance, key, notBefore, notAfter))
                .add(signature.toBytes())
                .toArray();
    }

    public static InstanceCertificate parse(byte[] bytes) throws OpeningFailedException {
        if (bytes.length <= BYTES_BESIDE_INSTANCE) {
            throw new OpeningFailedException();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (!Arrays.equals(take(in, MAGIC.length), MAGIC) || in.get() != FORMAT) {
            throw new OpeningFailedException();
        }
        if (in.getShort() != bytes.length - BYTES_BESIDE_INSTANCE) {
            throw new OpeningFailedException();
        }
        byte[] id = take(in, bytes.length - BYTES_BESIDE_INSTANCE);
        PublicKey32 key = PublicKey32.of(take(in, 32));
        Instant notBefore = Instant.ofEpochMilli(in.getLong());
        Instant notAfter = Instant.ofEpochMilli(in.getLong());
        Signature64 signature = Signature64.of(take(in, 64));
        String instance = new String(id, US_ASCII);
        if (!ObjectHeader.isInstanceId(instance) || !isRange(notBefore, notAfter)) {
            throw new OpeningFailedException();
        }
        return new InstanceCertificate(instance, key, notBefore, notAfter, signature);
    }

    /// Signed by one of the authority's keys, and valid at `at`, both ends included.
    public void verify(Succession authority, Instant at) throws OpeningFailedException {
        authority.signer(PURPOSE, signed(instance, key, notBefore, notAfter), signature);
        if (at.isBefore(notBefore) || at.isAfter(notAfter)) {
            throw new OpeningFailedException();
        }
    }

    /// Valid for the object: this instance, at the object's own time, however long it has waited.
    public void verify(Succession authority, ObjectHeader header) throws OpeningFailedException {
        if (!instance.equals(header.instance())) {
            throw new OpeningFailedException();
        }
        verify(authority, header.created());
    }

    private static boolean isRange(Instant notBefore, Instant notAfter) {
        return !notBefore.isBefore(Instant.EPOCH)
                && !notAfter.isBefore(notBefore)
                && !notAfter.isAfter(ObjectHeader.LATEST);
    }

    private static byte[] signed(
            String instance, PublicKey32 key, Instant notBefore, Instant notAfter) {
        byte[] id = instance.getBytes(US_ASCII);
        return new Bytes()
                .add(MAGIC)
                .add(FORMAT)
                .add(id.length >> 8)
                .add(id.length)
                .add(id)
                .add(key.toBytes())
                .addU64(notBefore.toEpochMilli())
                .addU64(notAfter.toEpochMilli())
                .toArray();
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] field = new byte[length];
        in.get(field);
        return field;
    }
}
