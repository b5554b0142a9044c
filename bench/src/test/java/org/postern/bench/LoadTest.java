package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadTest {

    @TempDir private Path folder;

    @Test
    void aNoticeInTheOutboxIsFoundByItsRecipient() throws Exception {
        try (Notices notices = new OutboxNotices(folder)) {
            assertThat(notices.told()).isEmpty();
            Files.writeString(
                    folder.resolve("a.eml"),
                    """
                    From: Clinic <secure-mail@example.com>
                    To: load-1@example.org

                    To: nobody@example.org
                    """);
            assertThat(notices.told()).containsOnlyKeys("load-1@example.org");
        }
    }

    @Test
    void aNoticeAtTheSinkIsFoundByItsRecipient() throws Exception {
        Instant now = Instant.parse("2026-11-23T10:00:00Z");
        try (SinkNotices notices = new SinkNotices(0, Clock.fixed(now, ZoneOffset.UTC))) {
            hand(notices.port(), "load-2@example.org");
            assertThat(notices.told()).isEqualTo(Map.of("load-2@example.org", now));
        }
    }

    @Test
    void optionsAreRead() {
        assertThat(
                        LoadOptions.parse(
                                List.of("--messages", "7", "--rate", "50", "--sink-port", "2526")))
                .isEqualTo(
                        new LoadOptions(
                                Path.of("data"),
                                2525,
                                7,
                                4,
                                20_000,
                                Optional.of(50),
                                Optional.of(2526)));
    }

    @Test
    void aPercentileIsTheNearestRank() {
        List<Duration> times = LongStream.rangeClosed(1, 200).mapToObj(Duration::ofMillis).toList();
        assertThat(Load.percentile(times, 50)).isEqualTo(100);
        assertThat(Load.percentile(times, 99)).isEqualTo(198);
        assertThat(Load.percentile(times.subList(0, 1), 50)).isEqualTo(1);
    }

    private static void hand(int port, String recipient) throws IOException {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), port);
                var in =
                        new BufferedReader(
                                new InputStreamReader(client.getInputStream(), US_ASCII))) {
            assertThat(in.readLine()).startsWith("220");
            for (String line :
                    List.of(
                            "EHLO x",
                            "MAIL FROM:<>",
                            "RCPT TO:<" + recipient + ">",
                            "DATA",
                            "Subject: x\r\n\r\nx\r\n.")) {
                client.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
                assertThat(in.readLine()).matches("[23].*");
            }
        }
    }
}
