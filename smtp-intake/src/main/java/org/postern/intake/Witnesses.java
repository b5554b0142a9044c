package org.postern.intake;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;
import org.postern.intake.dns.Dns;
import org.postern.intake.dns.DnsProperties;

/// Whose word this door takes about a client that others share.
///
/// @param authorities who may vouch for the name in a client's certificate
/// @param dns where keys and policies of domains are
public record Witnesses(X509TrustManager authorities, Dns dns) {

    /// Java's own list of authorities and the system's name servers.
    public static Witnesses standard(Clock clock, SecureRandom random) {
        return new Witnesses(authorities(null), new Dns(DnsProperties.DEFAULT, clock, random));
    }

    /// The authorities in this store.
    ///
    /// @param store Java's own list if there is none
    public static X509TrustManager authorities(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the list of authorities cannot be read", e);
        }
    }
}
