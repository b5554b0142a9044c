package org.postern.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.FilePayload;
import java.io.IOException;
import java.net.URI;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Words that stand in body, subject, file names and addresses, of mail that was taken and of mail
/// that was refused, and what signs a reader in, are looked for in every byte that Postern keeps or
/// writes: both databases with their write-ahead logs, Redis, objects, spool, temporary files and
/// logs.
class CanaryJourney {

    /// One for each place, as a person would search for them on a stolen disk.
    private static final List<String> CANARIES =
            List.of(
                    "canaryrecipient",
                    "canarysender",
                    "canarysubject",
                    "canarybody",
                    "canaryfile",
                    "canaryreply",
                    "canaryphoto",
                    "canaryenvid",
                    "canaryorcpt",
                    "canaryunmarked",
                    "canaryforged",
                    "canarystranger");

    @TempDir Path folder;

    @Test
    void nothingOfAMessageIsFoundInAnyByteThatIsKept() throws Exception {
        Path data = folder.resolve("canary");
        Path temporary = Files.createDirectories(data.resolve("tmp"));
        List<String> output;
        List<String> secrets = new ArrayList<>();
        try (PosternProcess postern =
                        PosternProcess.startWith(
                                List.of("-Djava.io.tmpdir=" + temporary),
                                data,
                                PosternProcess.Ports.free());
                Browser browser = new Browser();
                BrowserContext context = browser.somebody(false);
                BrowserContext stranger = browser.somebody(false)) {
            try (SmtpSession smtp = SmtpSession.open(postern)) {
                assertThat(
                                smtp.send(
                                        "canarysender@example.com",
                                        List.of("canaryrecipient@example.org"),
                                        Mail.withAttachment(
                                                "canarysender@example.com",
                                                "canaryrecipient@example.org",
                                                "[canarysubject]",
                                                "The word is canarybody.",
                                                "canaryfile.pdf",
                                                "canarybody".repeat(5000).getBytes(UTF_8))))
                        .startsWith("250");
            }
            refuse(postern);
            Reader reader = new Reader(postern, "canaryrecipient@example.org", context);
            reader.followNotice();
            askAsAStranger(postern, stranger);
            URI link = reader.askForLink();
            secrets.add(link.getPath().substring("/signin/".length()));
            Page page = reader.page();
            page.navigate(link.toString());
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Yes, sign me in"))
                    .click();
            context.cookies().forEach(cookie -> secrets.add(cookie.value));
            assertThat(secrets).hasSizeGreaterThan(1).allMatch(secret -> secret.length() > 20);
            assertThat(page.content()).contains("canarybody");
            page.locator("textarea").fill("canaryreply");
            page.locator("input[type=file]")
                    .setInputFiles(
                            new FilePayload(
                                    "canaryphoto.txt",
                                    "text/plain",
                                    "canaryphoto".getBytes(UTF_8)));
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send")).click();
            page.waitForLoadState();
            new Reader(postern, "canarysender@example.com", context)
                    .nextMail(); // the answer has arrived
            assertThat(sweep(data, secrets)).isEmpty(); // while it runs
            postern.stop();
            output = postern.output();
        }
        assertThat(sweep(data, secrets)).isEmpty(); // and after everything was written out
        assertThat(String.join("\n", output)).doesNotContain(CANARIES).doesNotContain(secrets);
        // The search finds what is there: the demo's outbox shows addresses, and is the one
        // exception.
        assertThat(found(data.resolve("outbox"), List.of("canaryrecipient"))).isNotEmpty();
    }

    /// Mail that is not marked, and mail in the name of somebody else's domain; and what a client
    /// says of a message besides.
    private static void refuse(PosternProcess postern) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(
                            smtp.send(
                                    "canarysender@example.com",
                                    List.of("canaryrecipient@example.org"),
                                    mail("canaryunmarked")))
                    .startsWith("550");
            smtp.say("MAIL FROM:<canaryforged@elsewhere.example>");
            assertThat(smtp.reply()).startsWith("5");
            smtp.say("MAIL FROM:<canarysender@example.com> ENVID=canaryenvid");
            smtp.expect("250");
            smtp.say(
                    "RCPT TO:<canaryrecipient@example.org>"
                            + " ORCPT=rfc822;canaryorcpt@example.org NOTIFY=FAILURE");
            smtp.expect("250");
            smtp.say("DATA");
            smtp.expect("354");
            smtp.out().write(mail("[canarysubject] #read-once"));
            smtp.say(".");
            smtp.expect("250");
        }
    }

    private static byte[] mail(String subject) {
        return ("From: canarysender@example.com\r\nSubject: " + subject + "\r\n\r\ncanarybody\r\n")
                .getBytes(UTF_8);
    }

    /// Somebody to whom nothing was ever sent.
    private static void askAsAStranger(PosternProcess postern, BrowserContext context) {
        try (Page page = context.newPage()) {
            page.navigate(postern.portal() + "/sign-in");
            page.locator("input[name=address]").fill("canarystranger@example.org");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send me a link"))
                    .click();
            page.waitForLoadState();
        }
    }

    private static List<String> sweep(Path data, List<String> secrets) throws IOException {
        List<String> needles = new ArrayList<>();
        List<String> words = new ArrayList<>(CANARIES);
        words.addAll(secrets);
        for (String canary : words) {
            needles.add(canary);
            // In base64 a word may stand at three places of a group of three.
            for (int shift = 0; shift < 3; shift++) {
                String encoded =
                        Base64.getEncoder()
                                .encodeToString(("x".repeat(shift) + canary).getBytes(UTF_8));
                needles.add(encoded.substring(4, encoded.length() - 4));
            }
        }
        List<String> found = new ArrayList<>();
        try (Stream<Path> children = Files.list(data)) {
            for (Path child :
                    children.filter(path -> !path.endsWith("outbox") && !path.endsWith("bin"))
                            .toList()) {
                found.addAll(found(child, needles));
            }
        }
        return found;
    }

    private static List<String> found(Path root, List<String> needles) throws IOException {
        List<String> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] bytes;
                try (FileChannel channel = FileChannel.open(file)) {
                    MappedByteBuffer map =
                            channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
                    bytes = new byte[map.remaining()];
                    map.get(bytes);
                } catch (NoSuchFileException e) {
                    continue; // a temporary file of a server that runs
                }
                String text = new String(bytes, ISO_8859_1).toLowerCase(Locale.ROOT);
                for (String needle : needles) {
                    if (text.contains(needle.toLowerCase(Locale.ROOT))) {
                        found.add(needle + " in " + root.relativize(file));
                    }
                }
            }
        }
        return found;
    }
}
