package org.postern.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// The example messages of Apache James Mime4j, torn and odd ones among them, go in by SMTP and
/// come out in the browser.
class CorpusJourney {

    private static final Path CORPUS = Path.of("../mail/src/test/resources/mime4j");
    private static final String PATIENT = "patient@example.org";

    @TempDir Path folder;

    @Test
    void everyMessageGoesInByItsRecipientsSuffixAndComesOutAsItWas() throws Exception {
        Path data = folder.resolve("corpus");
        List<Path> messages = messages();
        assertThat(messages).hasSize(80);
        try (PosternProcess postern = PosternProcess.start(data, PosternProcess.Ports.free());
                Browser browser = new Browser();
                BrowserContext context = browser.somebody(false)) {
            takeOddMessages(data);
            Set<String> sent = new TreeSet<>();
            Set<String> bodies = new TreeSet<>();
            for (Path message : messages) {
                byte[] content = content(message);
                assertThat(reply(postern, content)).as(message.toString()).startsWith("250 2.0.0");
                sent.add(Mail.hash(content));
                bodies.addAll(decodedBodies(message));
            }
            await().atMost(Duration.ofSeconds(60))
                    .until(() ->
                            Reader.mails(data, entry -> entry.to().contains(PATIENT)).size()
                                    == messages.size());

            Reader reader = new Reader(postern, PATIENT, context);
            reader.followLatestNotice();
            reader.signIn();
            Set<String> seen = new TreeSet<>();
            Set<String> files = new TreeSet<>();
            Set<String> messagesInMessages = new TreeSet<>();
            for (String message : inbox(reader)) {
                byte[] original = reader.get(message + "/original");
                seen.add(Mail.hash(asSent(original)));
                String page = new String(reader.get(message), ISO_8859_1);
                for (String file : Reader.links(page, message + "/attachment/[0-9]+")) {
                    byte[] content = reader.get(file);
                    Set<String> kind =
                            isMessageWithin(original, content) ? messagesInMessages : files;
                    kind.add(Mail.hash(withCrlf(content)));
                }
            }
            assertThat(seen).isEqualTo(sent);
            assertThat(files).hasSizeGreaterThan(25).isSubsetOf(bodies);
            assertThat(messagesInMessages).hasSizeGreaterThan(5);
        }
    }

    /// The corpus has From fields of all the world and none at all.
    private static void takeOddMessages(Path data) {
        int status =
                Postern.run(
                        Steps.UNWATCHED,
                        "connector",
                        "add",
                        "--data",
                        data.toString(),
                        "--name",
                        "Corpus",
                        "--ranges",
                        "127.0.0.1/32",
                        "--envelope-sender-only");
        assertThat(status).isZero();
    }

    private static String reply(PosternProcess postern, byte[] content) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            return smtp.send(
                    "nurse@example.com", List.of(PATIENT + ".encrypt.example.com"), content);
        }
    }

    /// A message within a message is one file to us; Mime4j takes it apart and says nothing of the
    /// whole. It starts with a header field and stands in the original as it is or in base64.
    private static boolean isMessageWithin(byte[] original, byte[] file) {
        String text = new String(original, ISO_8859_1);
        String inner = new String(file, ISO_8859_1);
        return inner.matches("(?s)[!-9;-~]+: .*")
                && (text.contains(inner)
                        || text.replaceAll("\\s", "")
                                .contains(Base64.getEncoder().encodeToString(file)));
    }

    /// The paths of all messages in the inbox.
    private static List<String> inbox(Reader reader) {
        return reader.inbox().stream()
                .flatMap(page -> Reader.links(page, "/m/[0-9a-f-]{36}").stream())
                .toList();
    }

    /// Without the Received field that we add in front (RFC 5321, section 4.4), folded lines and
    /// all.
    private static byte[] asSent(byte[] original) {
        String text = new String(original, ISO_8859_1);
        Matcher received =
                Pattern.compile("\\AReceived: [^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*").matcher(text);
        assertThat(received.find()).isTrue();
        return text.substring(received.end()).getBytes(ISO_8859_1);
    }

    private static List<Path> messages() throws IOException {
        try (var files = Files.walk(CORPUS)) {
            return files.filter(file -> file.toString().endsWith(".msg")).sorted().toList();
        }
    }

    /// As a mail server would pass it on: every line ends in CRLF, the last one too.
    private static byte[] content(Path message) throws IOException {
        String text = new String(withCrlf(Files.readAllBytes(message)), ISO_8859_1);
        return (text.endsWith("\r\n") ? text : text + "\r\n").getBytes(ISO_8859_1);
    }

    private static byte[] withCrlf(byte[] bytes) {
        return new String(bytes, ISO_8859_1)
                .replace("\r\n", "\n")
                .replace('\r', '\n')
                .replace("\n", "\r\n")
                .getBytes(ISO_8859_1);
    }

    /// What Mime4j decodes of it, as hashes of the text with CRLF: SMTP has changed the line ends
    /// of what was not encoded.
    private static Set<String> decodedBodies(Path message) throws IOException {
        String stem = message.getFileName().toString().replace(".msg", "");
        Set<String> hashes = new TreeSet<>();
        try (var files =
                Files.newDirectoryStream(message.resolveSibling(""), stem + "_decoded_*")) {
            for (Path file : files) {
                hashes.add(Mail.hash(withCrlf(Files.readAllBytes(file))));
            }
        }
        return hashes;
    }
}
