package org.postern.keys.remote;

import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.postern.keys.Role;

/// Who is at the other end, by the certificate that our own authority gave him.
///
/// @param instance the one name under which he may seal
record Caller(String instance, Set<Role> roles) {

    private static final Integer URI = 6; // RFC 5280, section 4.2.1.6: uniformResourceIdentifier

    /// The other end of a connection; empty if he is nobody's caller.
    static Optional<Caller> of(SSLSession session) throws SSLPeerUnverifiedException {
        Certificate[] chain = session.getPeerCertificates();
        return chain[0] instanceof X509Certificate certificate ? of(certificate) : Optional.empty();
    }

    static Optional<Caller> of(X509Certificate certificate) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        List<String> instances = new ArrayList<>();
        for (String name : names(certificate)) {
            if (name.startsWith(Role.INSTANCE_PREFIX)) {
                instances.add(name.substring(Role.INSTANCE_PREFIX.length()));
            }
            for (Role role : Role.values()) {
                if (role.uri().toString().equals(name)) {
                    roles.add(role);
                }
            }
        }
        return instances.size() == 1 && !roles.isEmpty()
                ? Optional.of(new Caller(instances.getFirst(), roles))
                : Optional.empty();
    }

    private static List<String> names(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? List.of()
                    : names.stream()
                            .filter(name -> URI.equals(name.get(0)))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
