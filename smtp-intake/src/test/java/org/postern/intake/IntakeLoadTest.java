package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IntakeLoadTest {

    private static final String HEADER =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\n";

    @TempDir Path folder;
    IntakeUnderTest door;

    @BeforeEach
    void open() {
        door = new IntakeUnderTest(folder);
    }

    @AfterEach
    void close() {
        door.close();
    }

    @Test
    void manyClientsAtOnceEachGetTheirOwn() throws Exception {
        int clients = 20;
        int each = 5;
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Callable<Set<String>>> work = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                int number = i;
                work.add(() -> send(number, each));
            }
            Set<String> answered = new HashSet<>();
            for (Future<Set<String>> sent : threads.invokeAll(work)) {
                answered.addAll(sent.get());
            }
            Set<String> stored = new HashSet<>();
            for (String file : door.spool().files()) {
                try (SpoolReader.Opened message = door.spool().open(file)) {
                    String content = new String(message.bytes(), UTF_8);
                    String body = content.substring(content.indexOf("\r\n\r\n") + 4).strip();
                    assertThat(message.envelope().recipients())
                            .extracting(recipient -> recipient.address().localPart())
                            .containsExactly(body);
                    stored.add(message.id() + " " + body);
                }
            }
            assertThat(stored).isEqualTo(answered).hasSize(clients * each);
        }
    }

    private Set<String> send(int number, int messages) throws IOException {
        Set<String> answered = new HashSet<>();
        try (SmtpClient client =
                number % 2 == 0 ? door.client() : SmtpClient.withStartTls(door.smtpPort())) {
            for (int i = 0; i < messages; i++) {
                String name = "p" + number + "-" + i;
                client.begin("nurse@example.com", name + "@example.org");
                String reply = client.data(HEADER + name + "\r\n");
                assertThat(reply).startsWith("250 2.0.0 Accepted as ");
                answered.add(reply.substring(reply.lastIndexOf(' ') + 1) + " " + name);
            }
        }
        return answered.stream().collect(Collectors.toUnmodifiableSet());
    }

    @Test
    void aLargeMessageStreamsThroughLittleMemory() throws Exception {
        int blocks = 100;
        byte[] block = block();
        MessageDigest sent = MessageDigest.getInstance("SHA-256");
        long before = usedAfterCollection();
        try (SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            client.say("DATA");
            client.send(HEADER);
            sent.update(HEADER.getBytes(UTF_8));
            for (int i = 0; i < blocks; i++) {
                client.send(block);
                sent.update(block);
            }
            assertThat(usedAfterCollection() - before).isLessThan(16L << 20);
            client.send(".\r\n");
            assertThat(client.reply()).startsWith("250");
        }
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(message.content().size()).isGreaterThan(100L << 20);
            assertThat(hashWithoutOurField(message)).isEqualTo(hex(sent));
        }
    }

    /// 1 MiB and a little in lines of base64's length, no dot at the beginning of any.
    private static byte[] block() {
        Random random = new Random(1);
        StringBuilder text = new StringBuilder();
        while (text.length() < 1 << 20) {
            for (int i = 0; i < 76; i++) {
                text.append((char) ('a' + random.nextInt(26)));
            }
            text.append("\r\n");
        }
        return text.toString().getBytes(UTF_8);
    }

    private static long usedAfterCollection() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    private static String hashWithoutOurField(SpoolReader.Opened message) throws Exception {
        MessageDigest read = MessageDigest.getInstance("SHA-256");
        byte[] first;
        try (InputStream in = message.content().stream()) {
            first = in.readNBytes(1_000);
        }
        int ours = new String(first, UTF_8).indexOf(HEADER);
        try (InputStream in = message.content().stream(ours, message.content().size() - ours)) {
            byte[] buffer = new byte[64 * 1024];
            int count = in.read(buffer);
            while (count > 0) {
                read.update(buffer, 0, count);
                count = in.read(buffer);
            }
        }
        return hex(read);
    }

    private static String hex(MessageDigest digest) {
        return HexFormat.of().formatHex(digest.digest());
    }
}
