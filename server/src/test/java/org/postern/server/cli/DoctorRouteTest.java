package org.postern.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.SelfSignedCertificate;

class DoctorRouteTest {

    @TempDir Path temporary;

    private final Terminal terminal = new Terminal();
    private final SecureRandom random = new SecureRandom();
    private SelfSignedCertificate certificate;
    private Clock clock = Clock.systemUTC();

    @BeforeEach
    void makeCertificate() throws Exception {
        try (DataFolder data = DataFolder.open(temporary.resolve("data"))) {
            certificate = SelfSignedCertificate.obtain(data, Clock.systemUTC(), random);
        }
    }

    private int walk(String server, String... more) {
        List<String> words = new ArrayList<>(List.of("doctor", "route", server));
        words.addAll(List.of(more));
        return terminal.type(List.of(new DoctorRoute(clock)), words.toArray(String[]::new));
    }

    private String ca() {
        return "--ca=" + temporary.resolve("data").resolve("tls").resolve("certificate.pem");
    }

    @Test
    void aFreeWayIsWalkedUpToTheRecipientAndNothingIsSent() throws Exception {
        try (var server = new ScriptedSmtpServer(certificate, "250 ok")) {
            assertThat(
                            walk(
                                    "localhost:" + server.port(),
                                    ca(),
                                    "--from=nurse@example.com",
                                    "--to=patient@example.org"))
                    .isZero();
            server.awaitEnd();
            assertThat(server.inClear).containsExactly("EHLO localhost", "STARTTLS");
            assertThat(server.underTls)
                    .containsExactly(
                            "EHLO localhost",
                            "MAIL FROM:<nurse@example.com>",
                            "RCPT TO:<patient@example.org>",
                            "QUIT");
            assertThat(terminal.out())
                    .contains("ok  TLSv1.3 with ")
                    .contains("ok  its certificate is for localhost and valid until ")
                    .contains("ok  recipient: 250 ok")
                    .endsWith("The way is free. Nothing was sent.\n");
        }
    }

    @Test
    void aRefusedSenderIsSaidWithTheServersWords() throws Exception {
        try (var server = new ScriptedSmtpServer(certificate, "550 5.7.1 Not from there")) {
            assertThat(walk("localhost:" + server.port(), ca(), "--from=nurse@example.com"))
                    .isEqualTo(1);
            assertThat(terminal.err())
                    .isEqualTo(
                            "postern: it fails at \"MAIL\": the server answered: 550 5.7.1 Not from"
                                    + " there\n");
        }
    }

    @Test
    void anUnknownIssuerIsSaid() throws Exception {
        try (var server = new ScriptedSmtpServer(certificate, "250 ok")) {
            assertThat(walk("localhost:" + server.port())).isEqualTo(1);
            assertThat(terminal.err())
                    .contains("it fails at \"certificate\": its certificate comes from nobody we");
        }
    }

    @Test
    void anExpiredCertificateIsSaid() throws Exception {
        clock = Clock.fixed(Instant.parse("2100-01-01T00:00:00Z"), ZoneOffset.UTC);
        try (var server = new ScriptedSmtpServer(certificate, "250 ok")) {
            assertThat(walk("localhost:" + server.port(), ca())).isEqualTo(1);
            assertThat(terminal.err())
                    .contains("it fails at \"certificate\": its certificate has expired");
        }
    }

    @Test
    void aPortWhereNothingListensIsSaid() throws Exception {
        int port;
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            port = taken.getLocalPort();
        }
        assertThat(walk("localhost:" + port)).isEqualTo(1);
        assertThat(terminal.err())
                .contains("it fails at \"connect\": nothing listens there, or a firewall refuses");
    }

    @Test
    void whatIsNoServerIsRefused() {
        assertThat(walk("localhost")).isNotZero();
        assertThat(walk("localhost:25", "--from=two words")).isNotZero();
        assertThat(walk("localhost:25", "--ca=/no/such/file")).isNotZero();
    }
}
