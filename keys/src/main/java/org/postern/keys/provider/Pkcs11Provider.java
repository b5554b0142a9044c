package org.postern.keys.provider;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.ProviderException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import org.postern.crypto.sealed.OpeningFailedException;

/// The root key in a hardware security module, spoken to by PKCS#11 through the JDK's own provider.
/// It is an AES-256 key that never leaves the token; AES-GCM authenticates the context
/// (docs/format.md, section 4.7).
///
/// A new version is a new key under a new label, named first.
public final class Pkcs11Provider implements KeyProvider {

    /// What it is called.
    public static final String NAME = "pkcs11";

    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Pkcs11Token token;
    private final List<String> labels;
    private final SecureRandom random;
    private final Attempts attempts;

    /// @param library of the module's maker
    /// @param slot that the token is in
    /// @param pinFile holds the PIN of the token's user; read again when a session is opened
    /// @param labels of the keys: the first wraps, all unwrap
    public Pkcs11Provider(
            Path library, Pkcs11Slot slot, Path pinFile, List<String> labels, SecureRandom random) {
        if (labels.isEmpty() || !labels.stream().allMatch(NamedWrap::isName)) {
            throw new IllegalArgumentException("labels are 1 to 255 characters without spaces");
        }
        this.token = new Pkcs11Token(library, slot, pinFile);
        this.labels = List.copyOf(labels);
        this.random = random;
        this.attempts = new Attempts(NAME, Thread::sleep);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] wrap(byte[] secret, WrapContext context) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 32 bytes");
        }
        String label = labels.getFirst();
        try {
            return new NamedWrap(label, seal(label, secret, context)).toBytes();
        } catch (AEADBadTagException e) {
            throw attempts.away("the token fails", e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        NamedWrap named = NamedWrap.of(wrapped);
        if (!labels.contains(named.key())
                || named.wrapped().length != NONCE_BYTES + SECRET_BYTES + TAG_BITS / 8) {
            throw new OpeningFailedException();
        }
        try {
            return open(named.key(), named.wrapped(), context);
        } catch (AEADBadTagException e) {
            requireHealth(named.key(), context);
            throw new OpeningFailedException();
        }
    }

    @Override
    public String currentVersion() {
        return labels.getFirst();
    }

    @Override
    public String versionOf(byte[] wrapped) throws OpeningFailedException {
        return NamedWrap.of(wrapped).key();
    }

    /// PKCS#11 has no word for a wrong tag that all modules use: some say "general error", as they
    /// do when they fail. Whoever opens what it has just sealed does not fail.
    private void requireHealth(String label, WrapContext context) {
        byte[] probe = new byte[SECRET_BYTES];
        try {
            if (!Arrays.equals(open(label, seal(label, probe, context), context), probe)) {
                throw attempts.away("the token fails", null);
            }
        } catch (AEADBadTagException e) {
            throw attempts.away("the token fails", e);
        }
    }

    private byte[] seal(String label, byte[] secret, WrapContext context)
            throws AEADBadTagException {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, label, nonce, context, secret);
        byte[] whole = Arrays.copyOf(nonce, NONCE_BYTES + sealed.length);
        System.arraycopy(sealed, 0, whole, NONCE_BYTES, sealed.length);
        return whole;
    }

    private byte[] open(String label, byte[] wrapped, WrapContext context)
            throws AEADBadTagException {
        byte[] nonce = Arrays.copyOf(wrapped, NONCE_BYTES);
        byte[] sealed = Arrays.copyOfRange(wrapped, NONCE_BYTES, wrapped.length);
        return run(Cipher.DECRYPT_MODE, label, nonce, context, sealed);
    }

    private byte[] run(int mode, String label, byte[] nonce, WrapContext context, byte[] bytes)
            throws AEADBadTagException {
        Pkcs11Token.Session session = session();
        try {
            SecretKey key =
                    session.key(label)
                            .orElseThrow(
                                    () -> new InvalidKeyException("no key under label " + label));
            Cipher cipher = Cipher.getInstance(CIPHER, session.provider());
            cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(context.associatedData());
            return cipher.doFinal(bytes);
        } catch (AEADBadTagException e) {
            throw e;
        } catch (GeneralSecurityException | ProviderException e) {
            token.forget(session);
            throw attempts.away(reason(e), e);
        }
    }

    private Pkcs11Token.Session session() {
        try {
            return token.session();
        } catch (GeneralSecurityException | IOException | ProviderException e) {
            throw attempts.away(reason(e), e);
        }
    }

    /// The module's own code, such as CKR_DEVICE_REMOVED, where there is one.
    private static String reason(Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage());
            if (message.startsWith("CKR_")) {
                return message;
            }
        }
        return failure.getClass().getSimpleName();
    }

    @Override
    public String toString() {
        return "Pkcs11Provider[" + token + ", labels=" + labels + "]";
    }
}
