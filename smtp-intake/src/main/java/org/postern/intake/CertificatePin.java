package org.postern.intake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// SHA-256 of a certificate's SubjectPublicKeyInfo in base64, as RFC 7469, section 2.4 writes it. A
/// pin outlives the certificate as long as its key is kept, and needs no authority.
final class CertificatePin {

    private CertificatePin() {}

    /// Of the certificate the client showed, whose key the handshake has proved to be its own.
    static Optional<String> of(SSLSession tls) {
        try {
            Certificate[] chain = tls.getPeerCertificates();
            return Optional.of(of(chain[0]));
        } catch (SSLPeerUnverifiedException showedNone) {
            return Optional.empty();
        }
    }

    static String of(Certificate certificate) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(certificate.getPublicKey().getEncoded()));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("this Java lacks SHA-256", impossible);
        }
    }
}
