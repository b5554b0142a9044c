package org.postern.keys.remote;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.postern.keys.Role;

/// What a process shows at the other end of a connection, and whom it believes there: its private
/// key, its certificate, and the one authority. Read from PEM, in this order.
public final class Identity {

    private static final String[] VERSIONS = {"TLSv1.3"};

    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]{1,40})-----([A-Za-z0-9+/=\\s]++)-----END \\1-----");

    private final SSLContext context;
    private final X509Certificate certificate;

    private Identity(SSLContext context, X509Certificate certificate) {
        this.context = context;
        this.certificate = certificate;
    }

    /// Reads what an invitation left.
    ///
    /// @throws IOException if the file cannot be read or is not what an invitation left
    public static Identity read(Path file) throws IOException {
        return parse(Files.readString(file, US_ASCII));
    }

    /// Reads PEM.
    ///
    /// @throws IOException if it is not private key, certificate and authority
    public static Identity parse(String pem) throws IOException {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            List<PrivateKey> keys = new ArrayList<>();
            Matcher block = BLOCK.matcher(pem);
            while (block.find()) {
                byte[] der = Base64.getMimeDecoder().decode(block.group(2));
                if (block.group(1).equals("PRIVATE KEY")) {
                    keys.add(
                            KeyFactory.getInstance("EC")
                                    .generatePrivate(new PKCS8EncodedKeySpec(der)));
                } else if (CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(der))
                        instanceof X509Certificate one) {
                    certificates.add(one);
                }
            }
            if (keys.size() != 1 || certificates.size() != 2) {
                throw new IOException("it holds no private key, certificate and authority");
            }
            return new Identity(
                    context(keys.getFirst(), certificates.getFirst(), certificates.getLast()),
                    certificates.getFirst());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("it cannot be read", e);
        }
    }

    /// The one name under which this process may seal.
    public String instance() {
        return caller().instance();
    }

    /// What this process may be.
    public Set<Role> roles() {
        return caller().roles();
    }

    public Instant endsAt() {
        return certificate.getNotAfter().toInstant();
    }

    SSLContext context() {
        return context;
    }

    /// TLS 1.3 alone; a server asks for the other side's certificate as well.
    SSLParameters parameters() {
        SSLParameters parameters = context.getDefaultSSLParameters();
        parameters.setProtocols(VERSIONS);
        parameters.setNeedClientAuth(true);
        return parameters;
    }

    private Caller caller() {
        return Caller.of(certificate)
                .orElseThrow(() -> new IllegalStateException("not a caller's certificate"));
    }

    private static SSLContext context(
            PrivateKey key, X509Certificate certificate, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        char[] password = new char[0]; // the store never leaves this memory
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, null);
        own.setKeyEntry("own", key, password, new Certificate[] {certificate, authority});
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, password);
        KeyStore others = KeyStore.getInstance("PKCS12");
        others.load(null, null);
        others.setCertificateEntry("authority", authority);
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(others);
        SSLContext context = SSLContext.getInstance(VERSIONS[0]);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    @Override
    public String toString() {
        return "Identity[" + certificate.getSubjectX500Principal() + "]";
    }
}
