package org.postern.intake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.X509TrustManager;
import org.postern.db.store.Tenant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The authorities that connectors name for their clients' certificates, ready to be asked. Each is
/// read once, and kept for as long as a snapshot names it. Thread-safe.
final class PrivateAuthorities {

    private static final Logger log = LoggerFactory.getLogger(PrivateAuthorities.class);

    private final Map<Tenant.ClientAuthority, List<Ready>> ready =
            Collections.synchronizedMap(new WeakHashMap<>());
    private final Clock clock;

    private record Ready(X509Certificate certificate, X509TrustManager trust) {}

    PrivateAuthorities(Clock clock) {
        this.clock = clock;
    }

    /// Those of them that have not ended. A chain's last certificate has no dates for RFC 5280,
    /// section 6.1; for whoever set an end to an authority it has.
    List<X509TrustManager> of(Tenant.ClientAuthority wanted) {
        Date now = Date.from(clock.instant());
        return ready.computeIfAbsent(wanted, PrivateAuthorities::read).stream()
                .filter(each -> isValid(each.certificate(), now))
                .map(Ready::trust)
                .toList();
    }

    private static boolean isValid(X509Certificate certificate, Date now) {
        try {
            certificate.checkValidity(now);
            return true;
        } catch (CertificateException e) {
            log.info("an authority for client certificates is not valid now");
            return false;
        }
    }

    private static List<Ready> read(Tenant.ClientAuthority wanted) {
        List<Ready> all = new ArrayList<>();
        for (String certificate : wanted.certificates()) {
            try {
                all.add(read(Base64.getDecoder().decode(certificate)));
            } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
                log.error("an authority for client certificates makes no sense");
            }
        }
        return List.copyOf(all);
    }

    /// Each by itself, so that it is known which of them has vouched.
    private static Ready read(byte[] encoded) throws IOException, GeneralSecurityException {
        X509Certificate certificate =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(encoded));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", certificate);
        return new Ready(certificate, Witnesses.authorities(store));
    }
}
