package org.postern.crypto.sealed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.UUID;
import java.util.regex.Pattern;

/// The header of a sealed object, called H in docs/format.md, section 3.1.
///
/// It stands in clear before the body and is bound into everything else: body keys, slots and seal.
///
/// @param tenant whose object this is
/// @param object the object's own id, a UUIDv7 (RFC 9562, section 5.7)
/// @param created when sealing began, in whole milliseconds; a finer time is cut
/// @param instance the intake or portal that sealed it: 1 to 64 of `A-Z a-z 0-9 . _ -`
/// @param flags none is defined in format 1, so 0
public record ObjectHeader(
        ObjectType type, UUID tenant, UUID object, Instant created, String instance, int flags) {

    /// No encoded header is longer (docs/format.md, section 3.1).
    public static final int LONGEST_BYTES = 256;

    static final int FORMAT = 1;

    /// X-Wing, HKDF-SHA-512, AES-256-GCM: the one suite of format 1 (docs/format.md, section 2.2).
    static final int SUITE = 0x0001;

    static final int BYTES_BEFORE_INSTANCE = 4 + 1 + 2 + 1 + 16 + 16 + 8 + 2;

    private static final byte[] MAGIC = "PST1".getBytes(US_ASCII);
    private static final Pattern INSTANCE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /// The largest time that a UUIDv7 can carry, so that header and object id have one range.
    public static final Instant LATEST = Instant.ofEpochMilli((1L << 48) - 1);

    public ObjectHeader {
        if (!isInstanceId(instance)) {
            throw new IllegalArgumentException("instance id is not 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        created = created.truncatedTo(ChronoUnit.MILLIS);
        if (!isTime(created.toEpochMilli())) {
            throw new IllegalArgumentException("time of creation is out of range");
        }
        if (flags != 0) {
            throw new IllegalArgumentException("format 1 defines no flags");
        }
    }

    /// The bytes as stored; there is exactly one encoding of a header.
    public byte[] encode() {
        byte[] id = instance.getBytes(US_ASCII);
        return ByteBuffer.allocate(BYTES_BEFORE_INSTANCE + id.length + 1)
                .put(MAGIC)
                .put((byte) FORMAT)
                .putShort((short) SUITE)
                .put((byte) type.code())
                .putLong(tenant.getMostSignificantBits())
                .putLong(tenant.getLeastSignificantBits())
                .putLong(object.getMostSignificantBits())
                .putLong(object.getLeastSignificantBits())
                .putLong(created.toEpochMilli())
                .putShort((short) id.length)
                .put(id)
                .put((byte) flags)
                .array();
    }

    /// SHA-256(H), by which every other part of the object names its header.
    public byte[] hash() {
        return digest().toBytes();
    }

    /// [#hash()] as a value that a store may hold.
    public Mac256 digest() {
        return Mac256.sha256(encode());
    }

    /// Reads a header that fills `bytes` to the last byte.
    ///
    /// A reader MUST refuse another magic, format, suite or type, a length that is not that of the
    /// instance id, characters outside its alphabet, and any flag (docs/format.md, section 7).
    public static ObjectHeader parse(byte[] bytes) throws OpeningFailedException {
        if (bytes.length < BYTES_BEFORE_INSTANCE) {
            throw new OpeningFailedException();
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        if (!Arrays.equals(magic, MAGIC) || in.get() != FORMAT || in.getShort() != SUITE) {
            throw new OpeningFailedException();
        }
        ObjectType type = ObjectType.ofCode(Byte.toUnsignedInt(in.get()));
        UUID tenant = new UUID(in.getLong(), in.getLong());
        UUID object = new UUID(in.getLong(), in.getLong());
        long millis = in.getLong();
        byte[] id = new byte[instanceLength(in.getShort())];
        if (!isTime(millis) || in.remaining() != id.length + 1) {
            throw new OpeningFailedException();
        }
        in.get(id);
        // Bytes above 0x7f become U+FFFD here, which the alphabet refuses.
        String instance = new String(id, US_ASCII);
        if (!isInstanceId(instance) || in.get() != 0) {
            throw new OpeningFailedException();
        }
        return new ObjectHeader(type, tenant, object, Instant.ofEpochMilli(millis), instance, 0);
    }

    /// How long the whole header is, told from its first bytes; nothing is allocated on their word.
    static int encodedLength(byte[] start) throws OpeningFailedException {
        if (start.length < BYTES_BEFORE_INSTANCE) {
            throw new OpeningFailedException();
        }
        short stated = ByteBuffer.wrap(start).getShort(BYTES_BEFORE_INSTANCE - 2);
        return BYTES_BEFORE_INSTANCE + instanceLength(stated) + 1;
    }

    private static int instanceLength(short stated) throws OpeningFailedException {
        if (stated < 1 || stated > 64) {
            throw new OpeningFailedException();
        }
        return stated;
    }

    /// Whether a process may call itself so: 1 to 64 of `A-Z a-z 0-9 . _ -`.
    public static boolean isInstanceId(String instance) {
        return INSTANCE.matcher(instance).matches();
    }

    private static boolean isTime(long millis) {
        return millis >= 0 && millis <= LATEST.toEpochMilli();
    }
}
