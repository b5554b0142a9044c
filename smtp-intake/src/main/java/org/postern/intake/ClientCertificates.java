package org.postern.intake;

import java.net.Socket;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/// Takes any certificate a client shows: the handshake proves that the client holds its key, and
/// the connector decides what it is worth: by its pins, for which neither chain nor dates matter,
/// or by who must have issued it. A client whose certificate is worth nothing is one without.
final class ClientCertificates extends X509ExtendedTrustManager {

    private static final X509Certificate[] NO_ISSUERS = {};

    private ClientCertificates() {}

    /// For the context of a door, whose clients may show a certificate.
    static TrustManager[] any() {
        return new TrustManager[] {new ClientCertificates()};
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {
        // by the connector, later
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {
        // by the connector, later
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        // by the connector, later
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {
        throw new IllegalStateException("a door is no client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {
        throw new IllegalStateException("a door is no client");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {
        throw new IllegalStateException("a door is no client");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return NO_ISSUERS.clone();
    }
}
