package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.NextHopPatience;

/// A real Postfix as next hop that sleeps for ten minutes, or loses its connections: the client
/// keeps unmarked mail and hears so in good time, and marked mail is sealed meanwhile (P9).
@ExtendWith(DebianServer.OnDebianAsRoot.class)
class StallingNextHopJourney {

    private static final String NURSE = "nurse@example.com";
    private static final String FRIEND = "friend@example.org";
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir Path folder;
    private OtherMailServer beyond;
    private PostfixNextHop hop;
    private SmtpDoor door;

    @BeforeEach
    void open() throws Exception {
        ServerCertificate certificate = ServerCertificate.of(folder, "localhost", "-1d", 30);
        beyond = new OtherMailServer(0, Optional.empty());
        hop =
                new PostfixNextHop(
                        Files.createDirectories(folder.resolve("hop")), certificate, beyond.port());
        door =
                new SmtpDoor(
                        folder,
                        certificate,
                        new Tenant.NextHop("localhost", hop.port()),
                        new NextHopPatience(Duration.ofSeconds(5), Duration.ofMinutes(5)));
    }

    @AfterEach
    void close() throws Exception {
        door.close();
        hop.close();
        beyond.close();
    }

    private static byte[] content(String subject) {
        return "From: %s\r\nTo: %s\r\nSubject: %s\r\n\r\nText.\r\n"
                .formatted(NURSE, FRIEND, subject)
                .getBytes(UTF_8);
    }

    private String send(String subject) throws Exception {
        try (SmtpSession smtp = door.client()) {
            return smtp.send(NURSE, List.of(FRIEND), content(subject));
        }
    }

    private static void begin(SmtpSession smtp) throws Exception {
        smtp.say("MAIL FROM:<" + NURSE + ">");
        smtp.expect("250");
        smtp.say("RCPT TO:<" + FRIEND + ">");
        smtp.expect("250");
        smtp.say("DATA");
        smtp.expect("354");
    }

    @ParameterizedTest
    @EnumSource(PostfixNextHop.Asleep.class)
    void aPostfixThatSleepsKeepsUnmarkedMailAtTheClientAndNoMarkedMailWaitsForIt(
            PostfixNextHop.Asleep asleep) throws Exception {
        hop.start(asleep);
        try (SmtpSession waiting = door.client()) {
            begin(waiting);
            waiting.out().write(content("Lunch"));
            waiting.say(".");

            assertThat(send("[Results]")).startsWith("250");
            assertThat(door.accepted()).isEqualTo(1);

            assertThat(waiting.reply()).startsWith("451");
            waiting.say("NOOP");
            waiting.expect("250");
        }
        assertThat(door.files()).isEqualTo(1);
        assertThat(beyond.messages()).isEmpty();
    }

    @Tag("long") // Postfix takes a minute's rest from a program that was killed
    @Test
    void aPostfixThatLosesItsConnectionBeforeTheContentHasNoneOfIt() throws Exception {
        hop.start();
        try (SmtpSession smtp = door.client()) {
            begin(smtp);
            hop.killSessions();
            smtp.out().write(content("Lunch"));
            smtp.say(".");
            assertThat(smtp.reply()).startsWith("451");
        }
        assertThat(door.files()).isZero();
        assertThat(send("[Results]")).startsWith("250");
        await().atMost(PATIENCE).until(() -> send("Lunch again").startsWith("250"));
        await().atMost(PATIENCE).until(() -> beyond.messages().size() == 1);
        assertThat(beyond.messages().getFirst()).contains("Subject: Lunch again");
        assertThat(door.files()).isEqualTo(1);
    }

    @Test
    void aPostfixThatLosesItsConnectionInTheMiddleOfTheContentHasNoneOfIt() throws Exception {
        hop.start();
        try (SmtpSession smtp = door.client()) {
            begin(smtp);
            byte[] line = ("x".repeat(70) + "\r\n").getBytes(UTF_8);
            smtp.out().write(content("Lunch"));
            for (int i = 0; i < 10_000; i++) {
                smtp.out().write(line);
            }
            smtp.out().flush();
            hop.killSessions();
            for (int i = 0; i < 10_000; i++) {
                smtp.out().write(line);
            }
            smtp.say(".");
            assertThat(smtp.reply()).startsWith("451");
        }
        assertThat(door.files()).isZero();
        assertThat(send("[Results]")).startsWith("250");
        assertThat(beyond.messages()).isEmpty();
    }
}
