package org.postern.server;

import java.io.ByteArrayInputStream;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.postern.db.store.Tenant;
import org.postern.server.Provisioning.RefusedException;

/// An organisation's own authority for its gateways' certificates, as an administrator names it.
///
/// @param file what his file holds, in base64: certificates in PEM, or one in DER
/// @param names of which a gateway's certificate must carry one
record AskedAuthority(Optional<String> file, List<String> names) {

    static final AskedAuthority NONE = new AskedAuthority(Optional.empty(), List.of());

    private static final int MOST_CERTIFICATES = 10;
    private static final int SIGNS_CERTIFICATES = 5; // RFC 5280, section 4.2.1.3: keyCertSign

    Optional<Tenant.ClientAuthority> toAuthority(Instant now) throws RefusedException {
        if (file.isEmpty() != names.isEmpty()) {
            throw new RefusedException(
                    "--client-ca and --client-name belong together: who issues the certificate, and"
                            + " which name it carries.");
        }
        if (file.isEmpty()) {
            return Optional.empty();
        }
        List<String> certificates = new ArrayList<>();
        for (X509Certificate each : read(file.get())) {
            requireAuthority(each);
            requireValid(each, now);
            certificates.add(encoded(each));
        }
        return Optional.of(new Tenant.ClientAuthority(certificates, Provisioning.dnsNames(names)));
    }

    private static List<X509Certificate> read(String base64) throws RefusedException {
        Collection<? extends Certificate> found;
        try {
            found =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(Base64.getDecoder().decode(base64)));
        } catch (CertificateException | IllegalArgumentException e) {
            found = List.of();
        }
        if (found.isEmpty()) {
            throw new RefusedException(
                    "the file of --client-ca holds no certificate, or one that is malformed: it"
                            + " wants PEM or DER.");
        }
        if (found.size() > MOST_CERTIFICATES) {
            throw new RefusedException(
                    "the file of --client-ca holds more than "
                            + MOST_CERTIFICATES
                            + " certificates.");
        }
        return found.stream().map(X509Certificate.class::cast).toList();
    }

    /// Java takes a certificate that it was given as an authority's at its word, whatever it is
    /// for; the holder of a gateway's own would be one.
    private static void requireAuthority(X509Certificate certificate) throws RefusedException {
        boolean[] uses = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() < 0 || (uses != null && !uses[SIGNS_CERTIFICATES])) {
            throw new RefusedException(
                    "a certificate in the file of --client-ca is not an authority's, which may"
                            + " issue others: name the issuer, not the gateway itself.");
        }
    }

    private static void requireValid(X509Certificate certificate, Instant now)
            throws RefusedException {
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            throw new RefusedException(
                    "an authority in the file of --client-ca has ended on "
                            + day(certificate.getNotAfter().toInstant())
                            + ".");
        }
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            throw new RefusedException(
                    "an authority in the file of --client-ca is not valid before "
                            + day(certificate.getNotBefore().toInstant())
                            + ".");
        }
    }

    private static LocalDate day(Instant instant) {
        return instant.atZone(ZoneOffset.UTC).toLocalDate();
    }

    private static String encoded(X509Certificate certificate) throws RefusedException {
        try {
            return Base64.getEncoder().encodeToString(certificate.getEncoded());
        } catch (CertificateException e) {
            throw new RefusedException(
                    "a certificate in the file of --client-ca cannot be written down again.");
        }
    }
}
