package org.postern.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.crypto.sealed.SpoolSlot;

/// The week's key pair that doors seal to; its private half is an X-Wing seed (docs/format.md,
/// section 4.2).
public final class SpoolKeyPair extends Secret {

    /// H is hashed into the key and authenticated besides; each wrap key is used once.
    static final byte[] NONCE = new byte[AesGcm.NONCE_BYTES];

    private final long id;
    private final XWingPrivateKeyParameters key;

    private SpoolKeyPair(long id, byte[] seed) {
        super(seed);
        this.id = id;
        this.key = new XWingPrivateKeyParameters(seed);
    }

    public static SpoolKeyPair generate(long id, SecureRandom random) {
        return new SpoolKeyPair(id, random(random));
    }

    /// Takes a seed that was kept elsewhere.
    public static SpoolKeyPair importSecret(long id, byte[] seed) {
        return new SpoolKeyPair(id, seed.clone());
    }

    static SpoolKeyPair of(long id, byte[] fresh) {
        return new SpoolKeyPair(id, fresh);
    }

    public long id() {
        return id;
    }

    @Override
    long number() {
        return id;
    }

    public SpoolPublicKey publicKey() {
        byte[] bytes = key.getPublicKeyParameters().getEncoded();
        return Bytes.sealed(encoded -> SpoolPublicKey.of(id, encoded), bytes);
    }

    public DataKey open(SpoolSlot slot, ObjectHeader header) throws OpeningFailedException {
        if (slot.spoolKeyId() != id) {
            throw new OpeningFailedException();
        }
        byte[] bytes = slot.toBytes();
        int start = 8 + SpoolSlot.ENC_BYTES;
        byte[] enc = Arrays.copyOfRange(bytes, 8, start);
        byte[] wrapKey = SpoolContext.receive(id, enc, key).wrapKey(header);
        return DataKey.of(AesGcm.open(wrapKey, NONCE, header.hash(), bytes, start));
    }
}
