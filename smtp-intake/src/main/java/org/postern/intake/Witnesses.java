package org.postern.intake;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Arrays;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/// Whose word this door takes about a client that others share.
///
/// @param authorities who may vouch for the name in a client's certificate
public record Witnesses(X509TrustManager authorities) {

    /// Java's own list of authorities.
    public static Witnesses standard() {
        return new Witnesses(authorities(null));
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
