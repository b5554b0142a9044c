package org.postern.crypto;

import java.security.SecureRandom;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolPublicKey;

/// HPKE base mode (RFC 9180, section 5.1.1) with X-Wing, of which only the exporter is used:
/// docs/format.md, section 4.2.
final class SpoolContext {

    /// X-Wing's encapsulation draws 32 bytes for ML-KEM-768 and 32 for X25519.
    private static final int ENCAPSULATION_RANDOM_BYTES = 64;

    private final HPKEContext hpke;

    private SpoolContext(HPKEContext hpke) {
        this.hpke = hpke;
    }

    /// A sender's context together with the encapsulation that a receiver needs.
    record Sent(SpoolContext context, Encapsulation encapsulation) {}

    /// 1120 bytes to travel with each slot.
    static final class Encapsulation {
        private final byte[] bytes;

        private Encapsulation(byte[] bytes) {
            this.bytes = bytes;
        }

        byte[] bytes() {
            return bytes;
        }
    }

    static Sent send(SpoolPublicKey to, SecureRandom random) {
        HPKE hpke = suite();
        byte[] chance = new byte[ENCAPSULATION_RANDOM_BYTES];
        random.nextBytes(chance);
        HPKEContextWithEncapsulation context =
                hpke.setupBaseS(hpke.deserializePublicKey(to.toBytes()), info(to.id()), chance);
        return new Sent(new SpoolContext(context), new Encapsulation(context.getEncapsulation()));
    }

    /// X-Wing never says that an encapsulation is wrong; then the wrap key is wrong and the tag
    /// fails.
    static SpoolContext receive(long id, byte[] enc, XWingPrivateKeyParameters key)
            throws OpeningFailedException {
        try {
            AsymmetricCipherKeyPair pair =
                    new AsymmetricCipherKeyPair(key.getPublicKeyParameters(), key);
            return new SpoolContext(suite().setupBaseR(enc, pair, info(id)));
        } catch (IllegalArgumentException | IllegalStateException e) {
            // Bouncy Castle's words for X25519 points of small order.
            throw new OpeningFailedException();
        }
    }

    /// RFC 9180, section 5.3. Synchronized since Bouncy Castle's HKDF keeps state between calls.
    synchronized byte[] wrapKey(ObjectHeader header) {
        byte[] exporterContext = Bytes.label("postern spool").add(header.hash()).toArray();
        return hpke.export(exporterContext, Secret.BYTES);
    }

    private static byte[] info(long id) {
        return Bytes.label("postern spool key").addU64(id).toArray();
    }

    private static HPKE suite() {
        return new HPKE(
                HPKE.mode_base, HPKE.kem_X_WING, HPKE.kdf_HKDF_SHA256, HPKE.aead_AES_GCM256);
    }
}
