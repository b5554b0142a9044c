package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What AWS KMS does with symmetric keys, after its JSON 1.1 API; it computes each request's
/// Signature Version 4 anew and answers no other.
final class KmsServer implements AutoCloseable {

    static final String ACCESS_KEY = "AKIDEXAMPLEOFTHETEST";
    static final String SECRET_KEY = "secret-access-key-of-the-test/EXAMPLE";

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final HexFormat HEX = HexFormat.of();
    private static final Pattern AUTHORIZATION =
            Pattern.compile(
                    "AWS4-HMAC-SHA256 Credential="
                            + ACCESS_KEY
                            + "/([0-9]{8})/eu-central-1/kms/aws4_request,"
                            + " SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})");

    private final SecureRandom random = new SecureRandom();
    private final Map<String, byte[]> keys = new ConcurrentHashMap<>();
    private final Deque<Reply> replies = new ConcurrentLinkedDeque<>();
    private final List<Seen> seen = new CopyOnWriteArrayList<>();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer http;

    /// What it says next instead of its own answer; status 0 is nothing at all.
    record Reply(int status, String body) {}

    /// A request that was rightly signed.
    record Seen(String target, JsonNode body) {}

    private KmsServer(HttpServer http) {
        this.http = http;
        http.createContext("/", this::handle);
        http.setExecutor(threads);
        http.start();
    }

    static KmsServer start() throws IOException {
        return new KmsServer(
                HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0));
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    String createKey() {
        String arn =
                "arn:aws:kms:eu-central-1:111122223333:key/00000000-0000-0000-0000-00000000000"
                        + keys.size();
        byte[] key = new byte[32];
        random.nextBytes(key);
        keys.put(arn, key);
        return arn;
    }

    void next(int status, String body) {
        replies.add(new Reply(status, body));
    }

    List<Seen> seen() {
        return List.copyOf(seen);
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            @Nullable Reply reply = replies.poll();
            String target = String.valueOf(exchange.getRequestHeaders().getFirst("X-Amz-Target"));
            if (!isSigned(exchange, body)) {
                reply = error(400, "IncompleteSignature");
            } else {
                JsonNode request = JSON.readTree(body);
                seen.add(new Seen(target, request));
                if (reply == null) {
                    reply = answer(exchange, target, request);
                }
            }
            if (reply.status() == 0) {
                closing.await();
                return;
            }
            byte[] bytes = reply.body().getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
            exchange.sendResponseHeaders(reply.status(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// AWS Signature Version 4, from its description.
    private static boolean isSigned(HttpExchange exchange, byte[] body)
            throws GeneralSecurityException {
        Matcher authorization =
                AUTHORIZATION.matcher(
                        String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
        if (!authorization.matches()) {
            return false;
        }
        String day = authorization.group(1);
        String signedHeaders = authorization.group(2);
        StringBuilder canonical =
                new StringBuilder(exchange.getRequestMethod())
                        .append('\n')
                        .append(exchange.getRequestURI().getRawPath())
                        .append("\n\n");
        List<String> names = List.of(signedHeaders.split(";", -1));
        if (!names.containsAll(List.of("host", "x-amz-date", "x-amz-target"))) {
            return false;
        }
        for (String name : names) {
            canonical
                    .append(name)
                    .append(':')
                    .append(String.valueOf(exchange.getRequestHeaders().getFirst(name)).strip())
                    .append('\n');
        }
        canonical.append('\n').append(signedHeaders).append('\n').append(sha256(body));
        String toSign =
                "AWS4-HMAC-SHA256\n"
                        + exchange.getRequestHeaders().getFirst("X-Amz-Date")
                        + "\n"
                        + day
                        + "/eu-central-1/kms/aws4_request\n"
                        + sha256(canonical.toString().getBytes(UTF_8));
        byte[] key = hmac(("AWS4" + SECRET_KEY).getBytes(UTF_8), day);
        for (String step : List.of("eu-central-1", "kms", "aws4_request")) {
            key = hmac(key, step);
        }
        return HEX.formatHex(hmac(key, toSign)).equals(authorization.group(3));
    }

    private Reply answer(HttpExchange exchange, String target, JsonNode request)
            throws GeneralSecurityException {
        if (!"POST".equals(exchange.getRequestMethod())
                || !"/".equals(exchange.getRequestURI().getPath())
                || !"application/x-amz-json-1.1"
                        .equals(exchange.getRequestHeaders().getFirst("Content-Type"))) {
            return error(400, "ValidationException");
        }
        return switch (target) {
            case "TrentService.Encrypt" ->
                    sealed(
                            request.path("KeyId").asString(),
                            bytes(request, "Plaintext"),
                            request.path("EncryptionContext"));
            case "TrentService.Decrypt" -> {
                String key = request.path("KeyId").asString();
                byte @Nullable [] plain =
                        open(
                                key,
                                bytes(request, "CiphertextBlob"),
                                request.path("EncryptionContext"));
                yield plain == null
                        ? error(400, "InvalidCiphertextException")
                        : new Reply(
                                200,
                                JSON.writeValueAsString(
                                        Map.of("KeyId", key, "Plaintext", base64(plain))));
            }
            case "TrentService.ReEncrypt" -> {
                byte @Nullable [] plain =
                        open(
                                request.path("SourceKeyId").asString(),
                                bytes(request, "CiphertextBlob"),
                                request.path("SourceEncryptionContext"));
                yield plain == null
                        ? error(400, "InvalidCiphertextException")
                        : sealed(
                                request.path("DestinationKeyId").asString(),
                                plain,
                                request.path("DestinationEncryptionContext"));
            }
            default -> error(400, "UnknownOperationException");
        };
    }

    private Reply sealed(String key, byte[] plain, JsonNode context)
            throws GeneralSecurityException {
        byte[] nonce = new byte[12];
        random.nextBytes(nonce);
        byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(plain);
        byte[] whole = Arrays.copyOf(nonce, nonce.length + sealed.length);
        System.arraycopy(sealed, 0, whole, nonce.length, sealed.length);
        return new Reply(
                200,
                JSON.writeValueAsString(Map.of("KeyId", key, "CiphertextBlob", base64(whole))));
    }

    private byte @Nullable [] open(String key, byte[] whole, JsonNode context)
            throws GeneralSecurityException {
        if (whole.length < 12) {
            return null;
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, key, Arrays.copyOf(whole, 12), context)
                    .doFinal(whole, 12, whole.length - 12);
        } catch (AEADBadTagException e) {
            return null;
        }
    }

    /// The order of a context's fields does not count.
    private Cipher cipher(int mode, String key, byte[] nonce, JsonNode context)
            throws GeneralSecurityException {
        Map<String, String> fields = new TreeMap<>();
        for (String name : context.propertyNames()) {
            fields.put(name, context.path(name).asString());
        }
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                mode, new SecretKeySpec(keys.get(key), "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(fields.toString().getBytes(UTF_8));
        return cipher;
    }

    static Reply error(int status, String code) {
        return new Reply(status, "{\"__type\":\"" + code + "\",\"message\":\"as asked\"}");
    }

    private static byte[] bytes(JsonNode request, String field) {
        return Base64.getDecoder().decode(request.path(field).asString());
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static String sha256(byte[] bytes) throws GeneralSecurityException {
        return HEX.formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }

    @Override
    public void close() {
        closing.countDown();
        http.stop(0);
        threads.close();
    }
}
