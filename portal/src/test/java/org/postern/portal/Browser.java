package org.postern.portal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A browser as far as these tests need one: cookies, forms, no redirects unless asked.
public final class Browser {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"");

    private final int port;
    private final String host;
    private final Map<String, String> cookies = new LinkedHashMap<>();
    private final Map<String, String> headers = new LinkedHashMap<>();

    Browser(int port, String host) {
        this.port = port;
        this.host = host;
    }

    /// Sends a header with every request.
    public Browser with(String name, String value) {
        headers.put(name, value);
        return this;
    }

    public Map<String, String> cookies() {
        return cookies;
    }

    /// The value of a cookie that must be there.
    public String cookie(String name) {
        return requireNonNull(cookies.get(name));
    }

    public Page get(String path) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), Optional.empty());
    }

    public Page send(String method, String path) {
        return send(method, path, HttpRequest.BodyPublishers.noBody(), Optional.empty());
    }

    /// Posts these fields, and the hidden ones of the page they stand on.
    public Page post(String path, Map<String, String> fields, String page) {
        Map<String, String> all = new LinkedHashMap<>(get(page).hiddenFields());
        all.putAll(fields);
        return post(path, all);
    }

    public Page post(String path, Map<String, String> fields) {
        String body =
                fields.entrySet().stream()
                        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&"));
        return send(
                "POST",
                path,
                HttpRequest.BodyPublishers.ofString(body),
                Optional.of("application/x-www-form-urlencoded"));
    }

    /// Posts a form with files.
    public Page postParts(String path, List<FormPart> parts) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        String boundary = "----test-boundary-4711";
        for (FormPart part : parts) {
            body.writeBytes(("--" + boundary + "\r\n" + part.head() + "\r\n\r\n").getBytes(UTF_8));
            body.writeBytes(part.content());
            body.writeBytes("\r\n".getBytes(UTF_8));
        }
        body.writeBytes(("--" + boundary + "--\r\n").getBytes(UTF_8));
        return send(
                "POST",
                path,
                HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()),
                Optional.of("multipart/form-data; boundary=" + boundary));
    }

    /// Follows the one redirect of an answer.
    public Page follow(Page page) {
        return get(page.header("Location").orElseThrow());
    }

    private Page send(
            String method,
            String path,
            HttpRequest.BodyPublisher body,
            Optional<String> contentType) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Host", host.equals("localhost") ? host + ":" + port : host)
                        .method(method, body);
        headers.forEach(request::header);
        contentType.ifPresent(type -> request.header("Content-Type", type));
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            HttpResponse<byte[]> response =
                    CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            response.headers().allValues("Set-Cookie").forEach(this::keep);
            return new Page(response.statusCode(), response.headers(), response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void keep(String setCookie) {
        String pair = setCookie.split(";", 2)[0];
        String name = pair.substring(0, pair.indexOf('='));
        String value = pair.substring(pair.indexOf('=') + 1);
        if (value.isEmpty() || setCookie.contains("Max-Age=0")) {
            cookies.remove(name);
        } else {
            cookies.put(name, value);
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8);
    }

    /// One part of a form with files.
    public record FormPart(String head, String text) {

        public static FormPart field(String name, String value) {
            return new FormPart("Content-Disposition: form-data; name=\"" + name + "\"", value);
        }

        public static FormPart file(String name, String type, String content) {
            return new FormPart(
                    "Content-Disposition: form-data; name=\"files\"; filename=\""
                            + name
                            + "\"\r\nContent-Type: "
                            + type,
                    content);
        }

        byte[] content() {
            return text.getBytes(UTF_8);
        }
    }

    /// An answer.
    public static final class Page {

        private final int status;
        private final HttpHeaders headers;
        private final byte[] bytes;

        Page(int status, HttpHeaders headers, byte[] bytes) {
            this.status = status;
            this.headers = headers;
            this.bytes = bytes;
        }

        public int status() {
            return status;
        }

        public byte[] bytes() {
            return bytes.clone();
        }

        public String text() {
            return new String(bytes, UTF_8);
        }

        public Optional<String> header(String name) {
            return headers.firstValue(name);
        }

        public List<String> headers(String name) {
            return headers.allValues(name);
        }

        /// All hidden fields of all forms; of equal names the first.
        public Map<String, String> hiddenFields() {
            Map<String, String> fields = new LinkedHashMap<>();
            Matcher hidden = HIDDEN.matcher(text());
            while (hidden.find()) {
                fields.putIfAbsent(hidden.group(1), unescaped(hidden.group(2)));
            }
            return fields;
        }

        private static String unescaped(String html) {
            return html.replace("&quot;", "\"")
                    .replace("&#39;", "'")
                    .replace("&lt;", "<")
                    .replace("&gt;", ">")
                    .replace("&amp;", "&");
        }
    }
}
