package org.postern.intake;

import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/// TLS as this door speaks it: 1.3 and 1.2, authenticated encryption, forward secrecy, nothing
/// else. What the JDK supports beyond that is never offered.
final class IntakeTls {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};
    private static final String[] SUITES = {
        "TLS_AES_256_GCM_SHA384",
        "TLS_AES_128_GCM_SHA256",
        "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
    };
    private static final String[] GROUPS = {"X25519MLKEM768", "x25519", "secp256r1", "secp384r1"};

    static {
        // A client of TLS 1.2 that asks for a second handshake is refused before it costs us one
        // (RFC 9325, section 3.5). The JDK reads this once, before its first handshake as a server.
        System.setProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
    }

    private final Supplier<Optional<SSLContext>> current;
    private final Handshakes handshakes = new Handshakes();

    /// @param current asked for every connection, so that a new certificate counts at once
    IntakeTls(Supplier<Optional<SSLContext>> current) {
        this.current = current;
    }

    Optional<SSLContext> current() {
        return current.get();
    }

    Handshakes handshakes() {
        return handshakes;
    }

    /// TLS over a connection, its handshake still to be made. The peer is named by its number: a
    /// reverse look-up here would wait for somebody else's name server. A handshake that fails
    /// leaves the connection open, for its last words to be read.
    static SSLSocket over(Socket raw, SSLContext context) throws IOException {
        SSLSocket tls =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        raw,
                                        raw.getInetAddress().getHostAddress(),
                                        raw.getPort(),
                                        false);
        tls.setUseClientMode(false);
        SSLParameters parameters = tls.getSSLParameters();
        parameters.setProtocols(PROTOCOLS);
        parameters.setCipherSuites(SUITES);
        parameters.setNamedGroups(GROUPS);
        parameters.setUseCipherSuitesOrder(true);
        // Asked for, never required: most connectors are known by something else.
        parameters.setWantClientAuth(true);
        tls.setSSLParameters(parameters);
        return tls;
    }
}
