package org.postern.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole sessions, bent at random. Whatever a client says, the replies are replies, a message is in
/// the spool exactly if it was accepted, and the door goes on.
class IntakeFuzzTest {

    private static final int CLIENTS = 8;

    /// A line of a reply (RFC 5321, section 4.2): at most 512 octets, printable.
    private static final Pattern REPLIES =
            Pattern.compile("(?:[2-5][0-9]{2}[ -][\\x20-\\x7E]{0,506}\r\n)*");

    private static final Pattern ACCEPTED = Pattern.compile("(?m)^250 2\\.0\\.0 Accepted as ");

    private static final String MESSAGE =
            lines("From: nurse@example.com", "Subject: [x]", "", "All is well.", "..");
    private static final String BEGIN =
            lines(
                    "EHLO client.example",
                    "MAIL FROM:<nurse@example.com> SIZE=100 BODY=8BITMIME",
                    "RCPT TO:<patient@example.org> NOTIFY=NEVER");
    private static final String DATA = BEGIN + lines("DATA");

    private static final List<String> SEEDS =
            List.of(
                    DATA + MESSAGE + lines(".", "QUIT"),
                    BEGIN + lines("BDAT " + MESSAGE.length() + " LAST") + MESSAGE + lines("QUIT"),
                    BEGIN + lines("BDAT 10", "0123456789BDAT 0 LAST", "RSET", "NOOP", "QUIT"),
                    DATA + MESSAGE + "\n.\n" + DATA + MESSAGE + lines("", ".", "QUIT"),
                    lines("EHLO x", "MAIL FROM:<> SMTPUTF8", "RCPT TO:<\u00c3\u00a9@example.org>")
                            + lines("DATA"),
                    lines("HELO x", "STARTTLS", "AUTH PLAIN AAAA", "VRFY a", "EXPN b", "HELP"),
                    BEGIN
                            + lines("RCPT TO:<a@b.example.encrypt.example.net>", "DATA")
                            + lines("X-Postern: encrypt", "From: nurse@example.com")
                            + lines("Subject: =?utf-8?q?=5Bx=5D?=", "", "."));

    private static final List<String> WORDS =
            List.of(
                    "\r\n",
                    "\r",
                    "\n",
                    "\0",
                    ".",
                    "\r\n.\r\n",
                    "\n.\n",
                    "\r\n.\n",
                    "\n.\r\n",
                    "DATA\r\n",
                    "BDAT 3\r\n",
                    "BDAT 99999999999999999999 LAST\r\n",
                    "RSET\r\n",
                    "<",
                    ">",
                    "\"",
                    "=",
                    " ",
                    "\u00ff",
                    "A".repeat(3_000),
                    "SIZE=99999999999",
                    "=?utf-8?b?",
                    "STARTTLS\r\n",
                    "QUIT\r\n");

    @TempDir Path folder;

    @Test
    void twoThousandBentSessionsAreAnswered() throws Exception {
        bend(2_000, 20_261_124);
    }

    @Test
    @Tag("long")
    void aHundredThousandBentSessionsAreAnswered() throws Exception {
        bend(100_000, Long.getLong("postern.seed", 20_261_124));
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private void bend(int sessions, long seed) throws Exception {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.limits = IntakeProperties.Limits.DEFAULT;
        try (IntakeUnderTest door = new IntakeUnderTest(folder, setup);
                ExecutorService clients = Executors.newFixedThreadPool(CLIENTS)) {
            List<Future<Integer>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                long own = seed + i;
                running.add(clients.submit(() -> run(door, sessions / CLIENTS, own)));
            }
            int accepted = 0;
            for (Future<Integer> each : running) {
                accepted += each.get();
            }
            assertThat(accepted).isPositive();
            assertThat(door.spool().files()).hasSize(accepted);
            try (SmtpClient client = door.client()) {
                client.begin("nurse@example.com", "patient@example.org");
                assertThat(client.data(MESSAGE)).startsWith("250 2.0.0 Accepted");
            }
            assertThat(door.spool().files()).hasSize(accepted + 1);
        }
    }

    private static int run(IntakeUnderTest door, int sessions, long seed) throws IOException {
        Random random = new Random(seed);
        int accepted = 0;
        for (int i = 0; i < sessions; i++) {
            byte[] said = bent(random);
            String heard = converse(door, said, random);
            String what = "seed " + seed + ", session " + i + ": " + new String(said, ISO_8859_1);
            assertThat(heard).as(what).matches(REPLIES);
            int now = (int) ACCEPTED.matcher(heard).results().count();
            assertThat(now).as(what).isLessThanOrEqualTo(mails(said));
            accepted += now;
        }
        return accepted;
    }

    /// No more messages than MAIL was said.
    private static int mails(byte[] said) {
        return (int)
                Pattern.compile("(?i)MAIL FROM:")
                        .matcher(new String(said, ISO_8859_1))
                        .results()
                        .count();
    }

    private static byte[] bent(Random random) {
        StringBuilder text = new StringBuilder(SEEDS.get(random.nextInt(SEEDS.size())));
        int times = random.nextInt(6);
        for (int i = 0; i < times; i++) {
            int at = random.nextInt(text.length() + 1);
            int to = Math.min(text.length(), at + random.nextInt(40));
            switch (random.nextInt(6)) {
                case 0 -> text.delete(at, to);
                case 1 -> text.insert(at, text.substring(at, to));
                case 2 -> text.insert(at, WORDS.get(random.nextInt(WORDS.size())));
                case 3 -> text.insert(at, (char) random.nextInt(256));
                case 4 -> text.setLength(at);
                default -> {
                    String other = SEEDS.get(random.nextInt(SEEDS.size()));
                    text.replace(at, to, other.substring(random.nextInt(other.length())));
                }
            }
        }
        return text.toString().getBytes(ISO_8859_1);
    }

    /// Says it all, in pieces and without waiting, then hears all until the server closes.
    private static String converse(IntakeUnderTest door, byte[] said, Random random)
            throws IOException {
        boolean inClear = random.nextInt(10) == 0;
        try (SmtpClient client =
                inClear
                        ? SmtpClient.inClear(door.smtpPort())
                        : SmtpClient.overTls(door.smtpsPort())) {
            Socket socket = client.socket();
            try {
                int from = 0;
                while (from < said.length) {
                    int to = Math.min(said.length, from + 1 + random.nextInt(400));
                    client.send(Arrays.copyOfRange(said, from, to));
                    from = to;
                }
                socket.shutdownOutput();
            } catch (IOException _) {
                // the server hung up before we had finished; what it said is still to be heard
            }
            return rest(socket);
        }
    }

    private static String rest(Socket socket) throws IOException {
        ByteArrayOutputStream heard = new ByteArrayOutputStream();
        try {
            socket.getInputStream().transferTo(heard);
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the server neither answered nor hung up", e);
        } catch (IOException _) {
            // it hung up hard, which it may
        }
        String text = heard.toString(ISO_8859_1);
        // A TLS alert may follow the last reply in clear after STARTTLS.
        int startTls = text.indexOf("220 2.0.0 Ready to start TLS\r\n");
        return startTls < 0 ? text : text.substring(0, startTls);
    }
}
