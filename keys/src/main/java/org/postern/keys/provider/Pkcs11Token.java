package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;
import java.security.UnrecoverableKeyException;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.security.auth.login.FailedLoginException;
import javax.security.auth.login.LoginException;
import org.jspecify.annotations.Nullable;

/// A session with one token, opened when first asked for and again after it broke. Thread-safe.
final class Pkcs11Token {

    private final Path library;
    private final Pkcs11Slot slot;
    private final Path pinFile;
    private @Nullable Session session;
    private @Nullable String refusedPin;

    Pkcs11Token(Path library, Pkcs11Slot slot, Path pinFile) {
        this.library = library;
        this.slot = slot;
        this.pinFile = pinFile;
    }

    /// An open session.
    static final class Session {

        private final Provider provider;
        private final KeyStore keys;

        private Session(Provider provider, KeyStore keys) {
            this.provider = provider;
            this.keys = keys;
        }

        Provider provider() {
            return provider;
        }

        /// The key under this label, which never leaves the token.
        Optional<SecretKey> key(String label) throws GeneralSecurityException {
            Key key = keys.getKey(label, null);
            return key instanceof SecretKey secret ? Optional.of(secret) : Optional.empty();
        }
    }

    /// The open session.
    ///
    /// @throws GeneralSecurityException if token or PIN is not right
    /// @throws IOException if the PIN cannot be read, or the token does not give its keys
    /// @throws ProviderException if library or token is away
    synchronized Session session() throws GeneralSecurityException, IOException {
        @Nullable Session open = session;
        if (open == null) {
            open = open();
            session = open;
        }
        return open;
    }

    /// Has the next caller open another session.
    synchronized void forget(Session broken) {
        if (session == broken) {
            session = null;
        }
    }

    private Session open() throws GeneralSecurityException, IOException {
        String pin = Files.readString(pinFile, UTF_8).strip();
        // A token locks itself after some wrong PINs: one that was wrong once is not tried again.
        if (pin.equals(refusedPin)) {
            throw new FailedLoginException("this PIN was refused");
        }
        Provider provider =
                Security.getProvider("SunPKCS11")
                        .configure(
                                """
                                --name = postern
                                library = %s
                                slot = %d
                                """
                                        .formatted(library, number()));
        KeyStore keys = KeyStore.getInstance("PKCS11", provider);
        try {
            keys.load(null, pin.toCharArray());
        } catch (IOException e) {
            if (isLoginFailure(e)) {
                refusedPin = pin;
            }
            throw e;
        }
        return new Session(provider, keys);
    }

    private long number() throws GeneralSecurityException {
        return switch (slot) {
            case Pkcs11Slot.Numbered(long number) -> number;
            case Pkcs11Slot.Labelled(String label) -> Pkcs11Tokens.slot(library, label);
        };
    }

    private static boolean isLoginFailure(IOException failure) {
        @Nullable Throwable cause = failure.getCause();
        return cause instanceof LoginException || cause instanceof UnrecoverableKeyException;
    }

    @Override
    public String toString() {
        return "Pkcs11Token[slot=" + slot + "]";
    }
}
