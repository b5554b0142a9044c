package org.postern.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.postern.crypto.sealed.OpeningFailedException;

/// AES-256-GCM with 96-bit nonces and 128-bit tags (SP 800-38D), for things that fit in memory.
///
/// The provider is named, since another one put first would be a hundred times slower.
final class AesGcm {

    static final int NONCE_BYTES = 12;
    static final int TAG_BYTES = 16;

    private AesGcm() {}

    static byte[] seal(byte[] key, byte[] nonce, byte[] associatedData, byte[] plain) {
        try {
            Cipher cipher = cipher();
            init(cipher, Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), nonce);
            cipher.updateAAD(associatedData);
            return cipher.doFinal(plain);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-256-GCM refused to seal", impossible);
        }
    }

    /// Opens `bytes` from `offset` to their end.
    static byte[] open(byte[] key, byte[] nonce, byte[] associatedData, byte[] bytes, int offset)
            throws OpeningFailedException {
        try {
            Cipher cipher = cipher();
            init(cipher, Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), nonce);
            cipher.updateAAD(associatedData);
            return cipher.doFinal(bytes, offset, bytes.length - offset);
        } catch (AEADBadTagException e) {
            throw new OpeningFailedException();
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("AES-256-GCM refused to open", impossible);
        }
    }

    static Cipher cipher() {
        try {
            return Cipher.getInstance("AES/GCM/NoPadding", "SunJCE");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this Java lacks AES-GCM", impossible);
        }
    }

    static void init(Cipher cipher, int mode, SecretKeySpec key, byte[] nonce)
            throws GeneralSecurityException {
        cipher.init(mode, key, new GCMParameterSpec(TAG_BYTES * 8, nonce));
    }
}
