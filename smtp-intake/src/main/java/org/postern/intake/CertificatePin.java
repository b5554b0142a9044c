package org.postern.intake;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.util.Base64;

/// SHA-256 of a certificate's SubjectPublicKeyInfo in base64, as RFC 7469, section 2.4 writes it. A
/// pin outlives the certificate as long as its key is kept, and needs no authority.
final class CertificatePin {

    private CertificatePin() {}

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
