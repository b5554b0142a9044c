package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postern.keys.provider.Attempts.BusyException;

/// Requests to one Vault, each with the token that its file holds at that time.
final class VaultConnection {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final int LARGEST_ANSWER = 64 * 1024;

    private final URI address;
    private final Path tokenFile;
    private final Duration patience;
    private final HttpClient http;

    VaultConnection(URI address, Path tokenFile, Optional<Path> authorities, Duration patience)
            throws IOException, GeneralSecurityException {
        this.address = address;
        this.tokenFile = tokenFile;
        this.patience = patience;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(CONNECT);
        if (authorities.isPresent()) {
            builder.sslContext(trusting(authorities.get()));
        }
        this.http = builder.build();
    }

    /// @param status of HTTP
    record Answer(int status, String body) {

        @Override
        public String toString() {
            return "Answer[status=" + status + "]";
        }
    }

    Answer get(String path) throws BusyException {
        return send(HttpRequest.newBuilder(resolve(path)).GET());
    }

    Answer post(String path, String json) throws BusyException {
        return send(
                HttpRequest.newBuilder(resolve(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(json)));
    }

    private URI resolve(String path) {
        String base = address.toString();
        return URI.create(
                (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }

    private Answer send(HttpRequest.Builder request) throws BusyException {
        try {
            HttpResponse<String> answer =
                    http.send(
                            request.header("X-Vault-Token", token())
                                    .header("X-Vault-Request", "true")
                                    .timeout(patience)
                                    .build(),
                            BodyHandlers.limiting(BodyHandlers.ofString(UTF_8), LARGEST_ANSWER));
            return new Answer(answer.statusCode(), answer.body());
        } catch (IOException e) {
            throw new BusyException(e.getClass().getSimpleName(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BusyException("interrupted", e);
        }
    }

    /// Read every time: an agent that renews the token writes it anew.
    private String token() throws IOException {
        return Files.readString(tokenFile, UTF_8).strip();
    }

    /// Whether what is said to this address stays unseen: TLS, or this machine.
    static boolean isPrivate(URI address) {
        if (address.getHost() == null) {
            return false;
        }
        return "https".equals(address.getScheme())
                || ("http".equals(address.getScheme()) && isLoopback(address.getHost()));
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost") || InetAddress.ofLiteral(host).isLoopbackAddress();
        } catch (IllegalArgumentException aName) {
            return false;
        }
    }

    private static SSLContext trusting(Path authorities)
            throws IOException, GeneralSecurityException {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(authorities)) {
            for (Certificate authority :
                    CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("authority-" + trusted.size(), authority);
            }
        }
        TrustManagerFactory managers = TrustManagerFactory.getInstance("PKIX");
        managers.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }

    @Override
    public String toString() {
        return "VaultConnection[" + address + "]";
    }
}
