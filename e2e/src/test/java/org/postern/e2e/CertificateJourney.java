package org.postern.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The certificate of the SMTP door as an operator watches it: on the management port.
class CertificateJourney {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    @ExtendWith(SharedPostern.Resolver.class)
    void theDemoIsReadyWithACertificateOfItsOwn(SharedPostern shared) throws Exception {
        shared.startAgain();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(get(http, shared.process(), "health/readiness").statusCode()).isEqualTo(200);
            assertThat(daysLeft(http, shared.process())).isGreaterThan(30);
        }
    }

    @Test
    void readinessFollowsTheCertificateThatIsShown() throws Exception {
        TestAuthority authority = new TestAuthority(folder.resolve("certificates"));
        TestAuthority.Issued used = authority.issueEc("used", "mx.example.net", 90);
        try (HttpClient http = HttpClient.newHttpClient();
                PosternProcess postern =
                        PosternProcess.start(
                                folder.resolve("postern"),
                                PosternProcess.Ports.free(),
                                "--smtp-host",
                                "mx.example.net",
                                "--tls-certificate",
                                used.certificate().toString(),
                                "--tls-key",
                                used.key().toString())) {
            assertThat(get(http, postern, "health/readiness").statusCode()).isEqualTo(200);
            assertThat(get(http, postern, "health/readiness").body()).doesNotContain("mx.example");
            assertThat(daysLeft(http, postern)).isBetween(89.0, 90.0);

            authority.issueEc("other", "other.example.net", 90).replace(used);
            awaitReadiness(http, postern, 503);
            authority.issueEc("ending", "mx.example.net", 1).replace(used);
            await().atMost(PATIENCE).until(() -> daysLeft(http, postern) < 1);
            awaitReadiness(http, postern, 503);
            authority.issueEc("new", "mx.example.net", 60).replace(used);
            awaitReadiness(http, postern, 200);
            assertThat(daysLeft(http, postern)).isBetween(59.0, 60.0);
            assertThat(get(http, postern, "health/liveness").statusCode()).isEqualTo(200);
            assertThat(gauge(http, postern, "intake_snapshot_age_seconds ")).isBetween(0.0, 3600.0);
            assertThat(gauge(http, postern, "intake_snapshot_left_seconds "))
                    .isBetween(86_400.0, 14 * 86_400.0);

            try (Socket client =
                    new Socket(InetAddress.ofLiteral("127.0.0.1"), postern.ports().smtps())) {
                client.getOutputStream().write("EHLO client.example\r\n".getBytes(US_ASCII));
                await().atMost(PATIENCE)
                        .until(() ->
                                get(http, postern, "prometheus")
                                        .body()
                                        .contains(
                                                "intake_handshakes_failed_total{reason=\"not-tls\"}"
                                                        + " 1.0"));
            }
            assertThat(postern.output())
                    .anyMatch(line ->
                            line.contains("reason=not-tls")
                                    && line.contains("what the client sent is not TLS"));
        }
    }

    private static void awaitReadiness(HttpClient http, PosternProcess postern, int status) {
        await().atMost(PATIENCE)
                .until(() -> get(http, postern, "health/readiness").statusCode() == status);
    }

    private static double daysLeft(HttpClient http, PosternProcess postern) throws Exception {
        return gauge(http, postern, "intake_certificate_days_left{kind=\"EC\"} ");
    }

    private static double gauge(HttpClient http, PosternProcess postern, String name)
            throws Exception {
        return get(http, postern, "prometheus")
                .body()
                .lines()
                .filter(line -> line.startsWith(name))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .findFirst()
                .orElseThrow();
    }

    private static HttpResponse<String> get(HttpClient http, PosternProcess postern, String path)
            throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://localhost:"
                                                + postern.ports().management()
                                                + "/"
                                                + path))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
