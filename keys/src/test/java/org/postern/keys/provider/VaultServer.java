package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What Vault's Transit engine does with one key, after its HTTP API, and what it says when it does
/// not.
final class VaultServer implements AutoCloseable {

    static final String KEY = "postern-root";
    static final String TOKEN = "hvs.token-of-the-test";

    private static final JsonMapper JSON = JsonMapper.shared();

    private final SecureRandom random = new SecureRandom();
    private final List<byte[]> versions = new CopyOnWriteArrayList<>();
    private final Deque<Reply> replies = new ConcurrentLinkedDeque<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer http;

    /// What it says next instead of its own answer; status 0 is nothing at all.
    record Reply(int status, String body) {}

    /// A request.
    record Seen(String method, String path, @Nullable String token, String body) {}

    private VaultServer(HttpServer http) {
        this.http = http;
        rotate();
        http.createContext("/", this::handle);
        http.setExecutor(threads);
        http.start();
    }

    static VaultServer start() throws IOException {
        return new VaultServer(HttpServer.create(loopback(), 0));
    }

    static VaultServer startTls(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(loopback(), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return new VaultServer(server);
    }

    private static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    URI address() {
        String scheme = http instanceof HttpsServer ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + http.getAddress().getPort());
    }

    void rotate() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        versions.add(key);
    }

    void next(int status, String body) {
        replies.add(new Reply(status, body));
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
            @Nullable String token = exchange.getRequestHeaders().getFirst("X-Vault-Token");
            seen.add(
                    new Seen(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().getPath(),
                            token,
                            body));
            @Nullable Reply reply = replies.poll();
            if (reply == null) {
                reply =
                        TOKEN.equals(token)
                                        && "true"
                                                .equals(
                                                        exchange.getRequestHeaders()
                                                                .getFirst("X-Vault-Request"))
                                ? answer(exchange, body)
                                : error(403, "permission denied");
            }
            if (reply.status() == 0) {
                closing.await();
                return;
            }
            byte[] bytes = reply.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Reply answer(HttpExchange exchange, String body) throws GeneralSecurityException {
        String asked = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        return switch (asked) {
            case "POST /v1/transit/encrypt/" + KEY -> encrypt(JSON.readTree(body));
            case "POST /v1/transit/decrypt/" + KEY -> decrypt(JSON.readTree(body));
            case "GET /v1/transit/keys/" + KEY -> data(Map.of("latest_version", versions.size()));
            default -> error(400, "encryption key not found");
        };
    }

    private Reply encrypt(JsonNode request) throws GeneralSecurityException {
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        byte[] plain = Base64.getDecoder().decode(request.path("plaintext").asString());
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, versions.size(), nonce, request).doFinal(plain);
        byte[] whole = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, whole, nonce.length, sealed.length);
        return data(
                Map.of(
                        "ciphertext",
                        "vault:v"
                                + versions.size()
                                + ":"
                                + Base64.getEncoder().encodeToString(whole),
                        "key_version",
                        versions.size()));
    }

    private Reply decrypt(JsonNode request) throws GeneralSecurityException {
        String[] part = request.path("ciphertext").asString().split(":", -1);
        int version = Integer.parseInt(part[1].substring(1));
        byte[] whole = Base64.getDecoder().decode(part[2]);
        if (version > versions.size()) {
            return error(400, "invalid ciphertext: version is too new");
        }
        if (whole.length < 12) {
            return error(400, "invalid ciphertext length");
        }
        try {
            byte[] plain =
                    cipher(Cipher.DECRYPT_MODE, version, Arrays.copyOf(whole, 12), request)
                            .doFinal(whole, 12, whole.length - 12);
            return data(Map.of("plaintext", Base64.getEncoder().encodeToString(plain)));
        } catch (AEADBadTagException e) {
            return error(400, "cipher: message authentication failed");
        }
    }

    private Cipher cipher(int mode, int version, byte[] nonce, JsonNode request)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode,
                new SecretKeySpec(versions.get(version - 1), "AES"),
                new GCMParameterSpec(128, nonce));
        cipher.updateAAD(Base64.getDecoder().decode(request.path("associated_data").asString()));
        return cipher;
    }

    private static Reply data(Map<String, Object> data) {
        return new Reply(200, JSON.writeValueAsString(Map.of("data", data)));
    }

    static Reply error(int status, String text) {
        List<String> errors = new ArrayList<>();
        errors.add(text);
        return new Reply(status, JSON.writeValueAsString(Map.of("errors", errors)));
    }

    @Override
    public void close() {
        closing.countDown();
        http.stop(0);
        threads.close();
    }
}
