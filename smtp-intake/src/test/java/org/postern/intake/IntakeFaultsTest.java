package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.intake.IntakeProperties.NextHopPatience;
import org.postern.intake.IntakeProperties.Patience;
import org.postern.intake.IntakeUnderTest.Setup;
import org.slf4j.LoggerFactory;

/// What is our own fault is never a permanent refusal, and what was not accepted is not stored.
class IntakeFaultsTest {

    private static final String MARKED =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\nAll is well.\r\n";

    @TempDir Path folder;

    @Test
    void aDoorThatNeverHeardFromItsAuthorityPutsMailOff() throws IOException {
        var setup = new Setup();
        setup.standing = false;
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient client = door.client()) {
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("451 4.3.0");
        }
    }

    @Test
    void aDoorWhoseSnapshotIsTooOldPutsMailOff() throws IOException {
        var setup = new Setup();
        setup.snapshotAge = Duration.ofDays(15);
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient client = door.client()) {
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("451 4.3.0");
        }
    }

    @Test
    void aSpoolBelowItsFloorPutsMailOff() throws IOException {
        var setup = new Setup();
        setup.floorBytes = Long.MAX_VALUE;
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient client = door.client()) {
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("452 4.3.1");
        }
    }

    @Test
    void aSpoolThatIsGonePutsMailOff() throws IOException {
        try (var door = new IntakeUnderTest(folder);
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            Files.move(folder.resolve("spool"), folder.resolve("moved"));
            assertThat(client.data(MARKED)).startsWith("451 4.3.0");
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("451 4.3.0");
            Files.move(folder.resolve("moved"), folder.resolve("spool"));
            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.data(MARKED)).startsWith("250");
        }
    }

    @Test
    void aMessageIsNotAcceptedWhenTheDiskIsFull() throws Exception {
        Path disk = Files.createDirectories(folder.resolve("spool"));
        assumeTrue(run("mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", disk.toString()));
        try (var door = new IntakeUnderTest(folder);
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.data(MARKED + "x".repeat(998).concat("\r\n").repeat(8_000)))
                    .startsWith("451 4.3.0");
            assertThat(door.spool().files()).isEmpty();
            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.data(MARKED)).startsWith("250");
        } finally {
            run("umount", disk.toString());
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }

    @Test
    void aClientThatGoesAwayInTheMiddleLeavesNothing() throws IOException {
        try (var door = new IntakeUnderTest(folder)) {
            SmtpClient client = door.client();
            client.begin("nurse@example.com", "patient@example.org");
            client.say("DATA");
            client.send(MARKED + "x\r\n".repeat(100_000));
            await().until(() -> door.spool().files().size() == 1);
            client.close();
            await().until(() -> door.spool().files().isEmpty());
            await().until(() -> door.intake().connections() == 0);
        }
    }

    private static Patience impatient() {
        return new Patience(
                Duration.ofMillis(300),
                Duration.ofMillis(300),
                1_000,
                Duration.ofSeconds(1),
                Duration.ofMillis(10));
    }

    @Test
    void whoeverSaysNothingIsSentAway() throws IOException {
        var setup = new Setup();
        setup.patience = impatient();
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient client = door.client()) {
            assertThat(client.reply()).isEqualTo("421 4.4.2 Timeout, closing connection");
            assertThat(client.isClosedByServer()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"NOOP ", "DATA\r\n"})
    void whoeverTricklesIsSentAway(String start) throws IOException {
        var setup = new Setup();
        setup.patience = impatient();
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            client.send(start);
            if (start.startsWith("DATA")) {
                client.reply();
            }
            Thread trickle = Thread.ofVirtual().start(() -> trickle(client));
            assertThat(client.reply()).startsWith("421 4.4.2");
            trickle.interrupt();
            assertThat(door.spool().files()).isEmpty();
        }
    }

    /// Five bytes at a time, each well within a timeout per read.
    private static void trickle(SmtpClient client) {
        try {
            while (!Thread.interrupted()) {
                client.send("xxxxx");
                if (Thread.currentThread().join(Duration.ofMillis(20))) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            // sent away
        }
    }

    @Test
    void aHandshakeThatIsNeverMadeIsCutOff() throws IOException {
        var setup = new Setup();
        setup.patience = impatient();
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient client = SmtpClient.inClear(door.smtpsPort())) {
            assertThat(client.isClosedByServer()).isTrue();
            await().until(() -> door.intake().connections() == 0);
        }
    }

    @Test
    void oneSourceHasOnlySoManyConnections() throws IOException {
        var setup = new Setup();
        setup.limits = new Limits(100_000, 10_000, 100, 50, 100, 10, 2, 600, 20, 100);
        try (var door = new IntakeUnderTest(folder, setup)) {
            SmtpClient first = door.client();
            try (SmtpClient second = SmtpClient.inClear(door.smtpPort())) {
                assertThat(second.reply()).startsWith("220");
                try (SmtpClient third = SmtpClient.inClear(door.smtpPort())) {
                    assertThat(third.reply())
                            .isEqualTo("421 4.3.2 Too many connections, try again later");
                    assertThat(third.isClosedByServer()).isTrue();
                }
                try (SmtpClient fourth = SmtpClient.inClear(door.smtpsPort())) {
                    fourth.handshake(TestCertificate.client());
                    assertThat(fourth.reply()).startsWith("421 4.3.2");
                }
                first.close();
                await().until(() -> door.intake().connections() == 1);
                try (SmtpClient fifth = door.client()) {
                    assertThat(fifth.say("NOOP")).startsWith("250");
                }
            }
        }
    }

    @Test
    void moreMessagesAtOnceThanTheDoorTakesArePutOffAtMail() throws IOException {
        var setup = new Setup();
        setup.limits = new Limits(100_000, 10_000, 100, 50, 100, 10, 10, 2, 20, 100);
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient first = door.client();
                SmtpClient third = door.client()) {
            assertThat(first.say("MAIL FROM:<nurse@example.com>")).startsWith("250");
            try (SmtpClient second = door.client()) {
                assertThat(second.say("MAIL FROM:<nurse@example.com>")).startsWith("250");
                assertThat(third.say("MAIL FROM:<nurse@example.com>"))
                        .isEqualTo("451 4.3.2 Too busy now, try again later");

                assertThat(first.say("RSET")).startsWith("250");
                assertThat(third.say("MAIL FROM:<nurse@example.com>")).startsWith("250");
            } // which leaves in the middle of its transaction
            await().until(() -> door.intake().connections() == 2);
            assertThat(first.say("MAIL FROM:<nurse@example.com>")).startsWith("250");
        }
    }

    @Test
    void allTogetherHaveOnlySoManyConnections() throws IOException {
        var setup = new Setup();
        setup.limits = new Limits(100_000, 10_000, 100, 50, 100, 1, 1, 600, 20, 100);
        try (var door = new IntakeUnderTest(folder, setup);
                SmtpClient first = door.client();
                SmtpClient second = SmtpClient.inClear(door.smtpPort())) {
            assertThat(second.reply()).startsWith("421 4.3.2");
            assertThat(first.say("NOOP")).startsWith("250");
        }
    }

    @Test
    void closingSendsIdleClientsAwayAndLetsTransactionsEnd() throws Exception {
        var door = new IntakeUnderTest(folder);
        int port = door.smtpPort();
        try (SmtpClient idle = door.client();
                SmtpClient inClear = SmtpClient.inClear(port);
                SmtpClient busy = door.client()) {
            inClear.reply();
            busy.begin("nurse@example.com", "patient@example.org");
            busy.say("DATA");
            Thread closing = Thread.ofVirtual().start(door::close);

            assertThat(idle.reply()).isEqualTo("421 4.3.2 Service closing, try again later");
            assertThat(idle.isClosedByServer()).isTrue();
            assertThat(inClear.reply()).startsWith("421 4.3.2");
            await().untilAsserted(() ->
                    assertThatThrownBy(() -> SmtpClient.inClear(port))
                            .isInstanceOf(IOException.class));
            busy.send(MARKED + ".\r\n");
            assertThat(busy.reply()).startsWith("250 2.0.0 Accepted");
            assertThat(busy.reply()).startsWith("421 4.3.2");
            closing.join();
            try (SpoolReader.Opened message = door.spool().only()) {
                assertThat(new String(message.bytes(), UTF_8)).endsWith(MARKED);
            }
        }
    }

    @Test
    void closingWaitsForNobodyForEver() throws Exception {
        var setup = new Setup();
        setup.patience =
                new Patience(
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(5),
                        500,
                        Duration.ofMillis(200),
                        Duration.ofMillis(10));
        var door = new IntakeUnderTest(folder, setup);
        try (SmtpClient stuck = door.client()) {
            stuck.begin("nurse@example.com", "patient@example.org");
            stuck.say("DATA");
            stuck.send(MARKED);
            Thread closing = Thread.ofVirtual().start(door::close);
            assertThat(closing.join(Duration.ofSeconds(9))).isTrue();
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @Test
    void aPortInUseIsSaidAtOnce() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
                var door = new IntakeUnderTest(folder)) {
            IntakeProperties properties =
                    new IntakeProperties(
                            InetAddress.ofLiteral("127.0.0.1"),
                            0,
                            taken.getLocalPort(),
                            "mx.example.net",
                            List.of(),
                            Limits.DEFAULT,
                            Patience.DEFAULT,
                            NextHopPatience.DEFAULT);
            try (var second =
                    new Intake(
                            properties,
                            door.door(),
                            door.spoolItself(),
                            Optional::empty,
                            TestCertificate.client().getSocketFactory(),
                            Clock.systemUTC())) {
                assertThatThrownBy(second::start).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void nothingPersonalIsLoggedOrLeftInClear() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Logger library = (Logger) LoggerFactory.getLogger("org.subethamail");
        Level before = root.getLevel();
        ListAppender<ILoggingEvent> events = new ListAppender<>();
        events.start();
        root.addAppender(events);
        root.setLevel(Level.TRACE);
        library.setLevel(Level.TRACE);
        try (var door = new IntakeUnderTest(folder);
                SmtpClient client = door.client()) {
            client.begin("canary-from@example.com", "canary-to@example.org");
            assertThat(
                            client.data(
                                    """
                                    From: canary-from@example.com\r
                                    Subject: [canary-subject]\r
                                    \r
                                    canary-body\r
                                    """))
                    .startsWith("250");
            client.say("AUTH PLAIN canary-secret");
            client.say("MAIL FROM:<canary@elsewhere.example>");
            client.say("canary-verb canary");
            client.say("MAIL FROM:<canary@@example.com>");
            client.begin("canary-from@example.com", "canary-to@example.org");
            client.data("From: canary@elsewhere.example\r\nSubject: [canary]\r\n\r\ncanary\r\n");
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    assertThat(new String(Files.readAllBytes(file), UTF_8))
                            .doesNotContain("canary");
                }
            }
        } finally {
            root.detachAppender(events);
            root.setLevel(before);
            library.setLevel(Level.OFF);
        }
        String log =
                events.list.stream()
                        .map(ILoggingEvent::getFormattedMessage)
                        .collect(Collectors.joining("\n"));
        assertThat(log)
                .contains("message accepted: tenant=" + IntakeUnderTest.CLINIC + " message=")
                .contains(" recipients=1 bytes=")
                .contains("message refused: tenant=" + IntakeUnderTest.CLINIC)
                .doesNotContainIgnoringCase("canary")
                .doesNotContain("example.org");
    }
}
