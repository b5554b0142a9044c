package org.postern.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;

/// A key that wraps keys: a local root key, a tenant key, a mailbox key (docs/format.md, section
/// 4.4).
///
/// The kind of the wrapped key and its version or id are bound into the wrapping, beside the
/// `context` that says whose it is; so a key never comes back as something that it was not.
public final class WrappingKey extends Secret {

    private final int version;

    private WrappingKey(byte[] secret, int version) {
        super(secret);
        if (version < 1) {
            throw new IllegalArgumentException("versions count from 1");
        }
        this.version = version;
    }

    public static WrappingKey generate(SecureRandom random, int version) {
        return new WrappingKey(random(random), version);
    }

    /// Takes a key that was kept elsewhere.
    public static WrappingKey importSecret(byte[] secret, int version) {
        return new WrappingKey(secret.clone(), version);
    }

    static WrappingKey of(byte[] fresh, int version) {
        return new WrappingKey(fresh, version);
    }

    public int version() {
        return version;
    }

    @Override
    long number() {
        return version;
    }

    public WrappedKey wrap(WrappingKey key, byte[] context, SecureRandom random) {
        return wrap(key, Kind.WRAPPING_KEY, context, random);
    }

    public WrappedKey wrap(DataKey key, byte[] context, SecureRandom random) {
        return wrap(key, Kind.DATA_KEY, context, random);
    }

    public WrappedKey wrap(MacKey key, byte[] context, SecureRandom random) {
        return wrap(key, Kind.MAC_KEY, context, random);
    }

    public WrappedKey wrap(RecordKey key, byte[] context, SecureRandom random) {
        return wrap(key, Kind.RECORD_KEY, context, random);
    }

    public WrappedKey wrap(ShredSecret key, byte[] context, SecureRandom random) {
        return wrap(key, Kind.SHRED_SECRET, context, random);
    }

    public WrappedKey wrap(SpoolKeyPair key, byte[] context, SecureRandom random) {
        return wrap(key, Kind.SPOOL_KEY_PAIR, context, random);
    }

    public WrappedKey wrap(SigningKey key, byte[] context, SecureRandom random) {
        return wrap(key, Kind.SIGNING_KEY, context, random);
    }

    /// `version` is that of the key which comes out; it must be the one that went in.
    public WrappingKey unwrapWrappingKey(WrappedKey wrapped, byte[] context, int version)
            throws OpeningFailedException {
        return WrappingKey.of(unwrap(wrapped, Kind.WRAPPING_KEY, version, context), version);
    }

    public DataKey unwrapDataKey(WrappedKey wrapped, byte[] context) throws OpeningFailedException {
        return DataKey.of(unwrap(wrapped, Kind.DATA_KEY, 0, context));
    }

    public MacKey unwrapMacKey(WrappedKey wrapped, byte[] context) throws OpeningFailedException {
        return MacKey.of(unwrap(wrapped, Kind.MAC_KEY, 0, context));
    }

    public RecordKey unwrapRecordKey(WrappedKey wrapped, byte[] context)
            throws OpeningFailedException {
        return RecordKey.of(unwrap(wrapped, Kind.RECORD_KEY, 0, context));
    }

    public ShredSecret unwrapShredSecret(WrappedKey wrapped, byte[] context)
            throws OpeningFailedException {
        return ShredSecret.of(unwrap(wrapped, Kind.SHRED_SECRET, 0, context));
    }

    /// `id` is that of the spool key pair which comes out; it must be the one that went in.
    public SpoolKeyPair unwrapSpoolKeyPair(WrappedKey wrapped, byte[] context, long id)
            throws OpeningFailedException {
        return SpoolKeyPair.of(id, unwrap(wrapped, Kind.SPOOL_KEY_PAIR, id, context));
    }

    public SigningKey unwrapSigningKey(WrappedKey wrapped, byte[] context)
            throws OpeningFailedException {
        return SigningKey.of(unwrap(wrapped, Kind.SIGNING_KEY, 0, context));
    }

    private WrappedKey wrap(Secret key, Kind kind, byte[] context, SecureRandom random) {
        byte[] nonce = new byte[AesGcm.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] associatedData = associatedData(kind, key.number(), context);
        byte[] sealed = AesGcm.seal(aesKey(), nonce, associatedData, key.secret());
        byte[] wrapped = new Bytes().addU32(version).add(nonce).add(sealed).toArray();
        return Bytes.sealed(WrappedKey::of, wrapped);
    }

    private byte[] unwrap(WrappedKey wrapped, Kind kind, long number, byte[] context)
            throws OpeningFailedException {
        if (wrapped.version() != version) {
            throw new OpeningFailedException();
        }
        byte[] bytes = wrapped.toBytes();
        int start = 4 + AesGcm.NONCE_BYTES;
        byte[] nonce = Arrays.copyOfRange(bytes, 4, start);
        return AesGcm.open(aesKey(), nonce, associatedData(kind, number, context), bytes, start);
    }

    /// A mailbox key is also the input of slot keys; deriving here keeps its two uses apart.
    private byte[] aesKey() {
        return Hkdf.expand(secret(), Bytes.label("postern wrap").toArray(), BYTES);
    }

    private byte[] associatedData(Kind kind, long number, byte[] context) {
        return Bytes.label("postern wrap")
                .add(kind.code)
                .addU32(version)
                .addU64(number)
                .add(context)
                .toArray();
    }

    /// What is wrapped, as it stands in the associated data; numbers are never given anew.
    private enum Kind {
        WRAPPING_KEY(1),
        DATA_KEY(2),
        MAC_KEY(3),
        RECORD_KEY(4),
        SHRED_SECRET(5),
        SPOOL_KEY_PAIR(6),
        SIGNING_KEY(7);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }
}
