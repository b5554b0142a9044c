package org.postern.intake;

import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.postern.db.store.Tenant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate that a client showed in the handshake, which has proved that the client holds
/// its key. For one thread.
final class ClientCertificate {

    private static final Logger log = LoggerFactory.getLogger(ClientCertificate.class);

    /// GeneralName's choice dNSName (RFC 5280, section 4.2.1.6).
    private static final Integer DNS_NAME = 2;

    private final List<X509Certificate> chain;
    private final X509TrustManager authorities;
    private final PrivateAuthorities privateAuthorities;
    private final Map<Tenant.ClientAuthority, Boolean> issued = new HashMap<>();
    private @Nullable Set<String> names;

    private ClientCertificate(
            List<X509Certificate> chain,
            X509TrustManager authorities,
            PrivateAuthorities privateAuthorities) {
        this.chain = chain;
        this.authorities = authorities;
        this.privateAuthorities = privateAuthorities;
    }

    /// @param authorities who may vouch for a name, if it is not a connector's own authority
    static Optional<ClientCertificate> of(
            SSLSession tls, X509TrustManager authorities, PrivateAuthorities privateAuthorities) {
        try {
            Certificate[] shown = tls.getPeerCertificates();
            return Optional.of(
                    new ClientCertificate(
                            Arrays.stream(shown).map(X509Certificate.class::cast).toList(),
                            authorities,
                            privateAuthorities));
        } catch (SSLPeerUnverifiedException showedNone) {
            return Optional.empty();
        }
    }

    /// What it is worth whoever issued it.
    String pin() {
        return CertificatePin.of(chain.getFirst());
    }

    /// Whether an authority vouches that it is for one of these names, compared as they are
    /// written: a wildcard is for whoever asks for that wildcard.
    boolean carriesOneOf(List<String> wanted) {
        return carriesOneOf(wanted, names());
    }

    /// Whether this authority, and nobody else, vouches that it is for one of its names: looked at
    /// once, and only if it carries one.
    boolean isIssuedBy(Tenant.ClientAuthority authority) {
        return issued.computeIfAbsent(
                authority,
                wanted ->
                        carriesOneOf(wanted.names(), dnsNames(chain.getFirst()))
                                && privateAuthorities.of(wanted).stream()
                                        .anyMatch(this::isVouchedFor));
    }

    private static boolean carriesOneOf(List<String> wanted, Set<String> known) {
        return wanted.stream().anyMatch(name -> known.contains(name.toLowerCase(Locale.ROOT)));
    }

    /// Asked of an authority once, and only if a connector wants to know.
    private Set<String> names() {
        if (names == null) {
            names = isVouchedFor(authorities) ? dnsNames(chain.getFirst()) : Set.of();
        }
        return names;
    }

    private boolean isVouchedFor(X509TrustManager by) {
        X509Certificate[] shown = chain.toArray(X509Certificate[]::new);
        String keyType = shown[0].getPublicKey().getAlgorithm();
        try {
            by.checkClientTrusted(shown, keyType);
            return true;
        } catch (CertificateException notForClients) {
            return isVouchedForAsServer(shown, by);
        }
    }

    /// A mail server shows its one certificate in both directions, and public authorities have
    /// stopped issuing any for clients.
    private static boolean isVouchedForAsServer(X509Certificate[] shown, X509TrustManager by) {
        try {
            by.checkServerTrusted(shown, "UNKNOWN"); // no cipher suite, as the JDK says it
            return true;
        } catch (CertificateException e) {
            log.info("a client certificate proves no name: reason={}", e.getMessage());
            return false;
        }
    }

    private static Set<String> dnsNames(X509Certificate certificate) {
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            return alternatives == null
                    ? Set.of()
                    : alternatives.stream()
                            .filter(name -> DNS_NAME.equals(name.getFirst()))
                            .map(name -> String.valueOf(name.get(1)).toLowerCase(Locale.ROOT))
                            .collect(Collectors.toUnmodifiableSet());
        } catch (CertificateParsingException e) {
            return Set.of();
        }
    }
}
