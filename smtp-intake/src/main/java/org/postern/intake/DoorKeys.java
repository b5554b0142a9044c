package org.postern.intake;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// The keys of a door, as a key manager chooses among them, with one thing added: what a handshake
/// had agreed on when its key was asked for is kept for whoever makes it.
public final class DoorKeys extends X509ExtendedKeyManager {

    /// Where it is kept. JSSE forgets it as soon as the handshake fails, and that is when an
    /// operator wants to know.
    static final ScopedValue<AtomicReference<@Nullable SSLSession>> BEGUN =
            ScopedValue.newInstance();

    private final X509ExtendedKeyManager keys;

    private DoorKeys(X509ExtendedKeyManager keys) {
        this.keys = keys;
    }

    /// For a door with these keys, whose clients may show any certificate.
    public static SSLContext context(KeyManager[] keys) throws GeneralSecurityException {
        X509ExtendedKeyManager chooser =
                Arrays.stream(keys)
                        .filter(X509ExtendedKeyManager.class::isInstance)
                        .map(X509ExtendedKeyManager.class::cast)
                        .findFirst()
                        .orElseThrow(() -> new GeneralSecurityException("no X.509 keys"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                new KeyManager[] {new DoorKeys(chooser)},
                ClientCertificates.any(),
                new SecureRandom());
        return context;
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        if (BEGUN.isBound() && socket instanceof SSLSocket tls) {
            BEGUN.get().set(tls.getHandshakeSession());
        }
        return keys.chooseServerAlias(keyType, issuers, socket);
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        return keys.chooseEngineServerAlias(keyType, issuers, engine);
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
        return keys.chooseClientAlias(keyTypes, issuers, socket);
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return keys.getServerAliases(keyType, issuers);
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return keys.getClientAliases(keyType, issuers);
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
        return keys.getCertificateChain(alias);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
        return keys.getPrivateKey(alias);
    }
}
