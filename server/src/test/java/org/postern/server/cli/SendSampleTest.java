package org.postern.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.RunningAddresses;
import org.postern.server.embedded.SelfSignedCertificate;

class SendSampleTest {

    @TempDir Path temporary;

    private final Terminal terminal = new Terminal();
    private final SecureRandom random = new SecureRandom();
    private final Clock clock = Clock.fixed(Instant.parse("2026-11-23T12:00:00Z"), ZoneOffset.UTC);
    private DataFolder folder;
    private SelfSignedCertificate certificate;

    @BeforeEach
    void takeFolder() throws Exception {
        folder = DataFolder.open(temporary.resolve("data"));
        folder.issueControlToken(random);
        certificate = SelfSignedCertificate.obtain(folder, Clock.systemUTC(), random);
    }

    @AfterEach
    void giveFolderBack() {
        folder.close();
    }

    @Test
    void theSampleGoesUnderTlsAndTheNewcomerIsToldWhereToLook() throws Exception {
        try (var server = new ScriptedSmtpServer(certificate, "250 ok")) {
            announce(server.port(), true);

            assertThat(sendSample()).isZero();

            server.awaitEnd();
            assertThat(server.inClear).containsExactly("EHLO localhost", "STARTTLS");
            assertThat(server.underTls)
                    .contains("RCPT TO:<patient@example.org>", "Subject: [Your results]")
                    .contains("Date: Mon, 23 Nov 2026 12:00:00 +0000")
                    .anyMatch(line -> line.startsWith("MAIL FROM:<nurse@example.com> SIZE="))
                    .last()
                    .isEqualTo("QUIT");
            assertThat(pdfIn(server.underTls)).startsWith("%PDF-1.4");
            assertThat(terminal.out())
                    .isEqualTo(
                            """
                            Sent "[Your results]" from nurse@example.com to patient@example.org.
                            The notice to patient@example.org appears in the outbox: http://localhost:18081/outbox
                            Follow the link in it to sign in and read the message.
                            """);
        }
    }

    @Test
    void withARelayTheNoticeIsNotLookedForInAnOutbox() throws Exception {
        try (var server = new ScriptedSmtpServer(certificate, "250 ok")) {
            announce(server.port(), false);
            assertThat(sendSample("--from=doctor@example.com", "--to=someone@example.net"))
                    .isZero();
            assertThat(terminal.out())
                    .isEqualTo(
                            """
                            Sent "[Your results]" from doctor@example.com to someone@example.net.
                            The notice goes to someone@example.net by the relay.
                            """);
        }
    }

    @Test
    void aRefusalIsRepeated() throws Exception {
        try (var server = new ScriptedSmtpServer(certificate, "550 5.7.1 Not from there")) {
            announce(server.port(), true);
            assertThat(sendSample()).isEqualTo(1);
            assertThat(terminal.err())
                    .isEqualTo(
                            "postern: the server at localhost:%d refused the sample: 550 5.7.1 Not from there\n"
                                    .formatted(server.port()));
        }
    }

    @Test
    void nothingIsSentToAServerWithAnotherCertificate() throws Exception {
        try (var elsewhere = DataFolder.open(temporary.resolve("elsewhere"));
                var server =
                        new ScriptedSmtpServer(
                                SelfSignedCertificate.obtain(elsewhere, Clock.systemUTC(), random),
                                "250 ok")) {
            announce(server.port(), true);
            assertThat(sendSample()).isEqualTo(1);
            assertThat(terminal.err()).contains("does not show the certificate in the data folder");
            assertThat(server.underTls).isEmpty();
        }
    }

    @Test
    void withoutARunningPosternTheNewcomerIsToldHowToStartOne() throws Exception {
        assertThat(sendSample()).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo(
                        "postern: no Postern runs on the data folder %s. Start it with ./postern up, or name its folder with --data.\n"
                                .formatted(temporary.resolve("data")));
    }

    @Test
    void aPosternThatWasKilledIsNotThere() throws Exception {
        int port;
        try (var server = new ScriptedSmtpServer(certificate, "250 ok")) {
            port = server.port();
        }
        announce(port, true);
        assertThat(sendSample()).isEqualTo(1);
        assertThat(terminal.err()).startsWith("postern: no Postern answers at localhost:" + port);
    }

    @Test
    void anAddressWithACommandInItIsRefused() throws Exception {
        announce(1, true);
        assertThat(sendSample("--to=a@example.org>\r\nRSET")).isEqualTo(2);
        assertThat(terminal.err())
                .isEqualTo("postern: --to wants an address such as name@example.org.\n");
    }

    private void announce(int smtpPort, boolean outbox) throws Exception {
        folder.announce(new RunningAddresses(1, "localhost", smtpPort, 2, 3, 18081, outbox));
    }

    private int sendSample(String... options) {
        var words = new ArrayList<String>();
        words.add("send-sample");
        words.add("--data=" + temporary.resolve("data"));
        words.addAll(List.of(options));
        return terminal.type(List.of(new SendSample(clock)), words.toArray(String[]::new));
    }

    private static String pdfIn(List<String> lines) {
        int header = lines.indexOf("Content-Disposition: attachment; filename=\"report.pdf\"");
        var encoded = new StringBuilder();
        lines.stream()
                .skip(header + 3L)
                .takeWhile(line -> !line.startsWith("--"))
                .forEach(encoded::append);
        return new String(
                Base64.getDecoder().decode(encoded.toString()), StandardCharsets.US_ASCII);
    }
}
