package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that vanish at any point leave nothing behind: no descriptor, no file, no memory.
class IntakeAbortTest {

    private static final int CLIENTS = 8;
    private static final long BEARABLE_BYTES = 16L << 20;
    private static final String CONTENT =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\n" + "x".repeat(40_000);

    @TempDir Path folder;

    /// How far a client gets before it vanishes.
    private enum Point {
        CONNECTED,
        IN_HANDSHAKE,
        GREETED,
        IN_A_COMMAND,
        AFTER_RCPT,
        IN_HEADER,
        IN_BODY,
        BEFORE_THE_LAST_DOT,
        IN_A_CHUNK,
        BETWEEN_CHUNKS
    }

    @Test
    void aThousandAbortedSessionsLeaveNothingBehind() throws Exception {
        abort(1_000);
    }

    @Test
    @Tag("long")
    void tenThousandAbortedSessionsLeaveNothingBehind() throws Exception {
        abort(10_000);
    }

    private void abort(int sessions) throws Exception {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            run(
                    door,
                    20 * Point.values().length); // until everything that is kept for ever is there
            long descriptors = descriptors();
            long heap = heap();
            run(door, sessions);
            await().atMost(Duration.ofSeconds(30)).until(() -> descriptors() <= descriptors + 2);
            assertThat(door.spool().files()).isEmpty();
            assertThat(heap() - heap).isLessThan(BEARABLE_BYTES);
            try (SmtpClient client = door.client()) {
                client.begin("nurse@example.com", "patient@example.org");
                assertThat(client.data(CONTENT + "\r\n")).startsWith("250");
            }
        }
    }

    private static void run(IntakeUnderTest door, int sessions) throws Exception {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int client = 0; client < CLIENTS; client++) {
                int first = client;
                running.add(
                        threads.submit(() -> {
                            for (int i = first; i < sessions; i += CLIENTS) {
                                vanish(door, Point.values()[i % Point.values().length], i % 3 == 0);
                            }
                            return null;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> door.spool().files().isEmpty());
    }

    /// @param reset whether by a reset instead of an end
    private static void vanish(IntakeUnderTest door, Point point, boolean reset)
            throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door.smtpPort())) {
            var raw = client.socket();
            if (reset) {
                raw.setSoLinger(true, 0);
            }
            if (point.compareTo(Point.GREETED) >= 0) {
                client.reply();
                client.say("EHLO client.example");
                client.say("STARTTLS");
                client.handshake(TestCertificate.client());
                client.say("EHLO client.example");
            }
            if (point.compareTo(Point.AFTER_RCPT) >= 0) {
                client.begin("nurse@example.com", "patient@example.org");
            }
            switch (point) {
                case CONNECTED, GREETED, AFTER_RCPT -> {}
                case IN_HANDSHAKE -> {
                    client.reply();
                    client.say("EHLO client.example");
                    client.say("STARTTLS");
                    client.send(new byte[] {0x16, 3, 1, 2, 0, 1, 0}); // a ClientHello's beginning
                }
                case IN_A_COMMAND -> client.send("MAIL FROM:<nur");
                case IN_HEADER -> part(client, 20);
                case IN_BODY -> part(client, 30_000);
                case BEFORE_THE_LAST_DOT -> part(client, CONTENT.length());
                case IN_A_CHUNK ->
                        client.send("BDAT " + CONTENT.length() + "\r\n" + CONTENT.substring(9));
                case BETWEEN_CHUNKS -> {
                    client.send("BDAT " + CONTENT.length() + "\r\n" + CONTENT);
                    client.reply();
                }
            }
            raw.close();
        }
    }

    private static void part(SmtpClient client, int length) throws IOException {
        client.say("DATA");
        client.send(CONTENT.substring(0, length));
    }

    private static long descriptors() {
        return ((UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getOpenFileDescriptorCount();
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
