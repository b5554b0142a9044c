package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.crypto.MacKey;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.Language;
import org.postern.db.LockKind;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.Issued;
import org.postern.notifications.notice.Digest;
import org.postern.notifications.notice.Notice;
import org.postern.notifications.notice.NoticeMail;
import org.postern.notifications.notice.Reminder;
import org.postern.notifications.notice.SpentPassword;
import org.postern.notifications.notice.SpentPasswordMail;
import org.postern.notifications.notice.Way;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.signin.SignInLetter;

/// Debian's SpamAssassin, without network, over each kind of mail in each language: no rule finds
/// anything but what is explained here.
@Tag("spam")
class SpamJourney {

    /// What may be found, and why.
    private static final Map<String, String> EXPLAINED =
            Map.of(
                    "NO_RECEIVED", "no mail server has had the mail yet",
                    "NO_RELAYS", "likewise",
                    "HTML_MESSAGE", "it has an HTML part; no score",
                    "HEADER_FROM_DIFFERENT_DOMAINS", "there is no envelope in a file");

    private static final Pattern RULE = Pattern.compile("(?m)^\\s*-?[0-9.]+ ([A-Z0-9_]+) ");

    @TempDir private Path folder;
    private static Path files = Path.of("unset");
    private static List<String> command = List.of();

    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final MailComposer composer =
            new MailComposer(
                    new LoopMark("worker-1", MacKey.generate(new SecureRandom())),
                    Clock.systemUTC());
    private final Sender sender =
            new Sender(
                    "Example Clinic",
                    address("secure-mail@example.com"),
                    Optional.empty(),
                    URI.create("https://portal.example.com"),
                    List.of("1 Example Road, Exampletown"));

    @BeforeAll
    static void unpack() throws IOException, InterruptedException {
        files = DebianPackages.unpacked("spamassassin");
        try (Stream<Path> all = Files.walk(files, 6)) {
            List<String> modules =
                    all.filter(path -> path.toString().matches(".*/perl5(?:/[0-9.]+)?"))
                            .map(path -> "-I" + path)
                            .toList();
            command =
                    Stream.of(
                                    Stream.of("env", "perl", "-T"),
                                    modules.stream(),
                                    Stream.of(
                                            files.resolve("usr/bin/spamassassin").toString(),
                                            "--local",
                                            "--test-mode",
                                            "--configpath="
                                                    + files.resolve("usr/share/spamassassin"),
                                            "--siteconfigpath="
                                                    + files.resolve("etc/spamassassin")))
                            .flatMap(words -> words)
                            .toList();
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void noRuleFindsAnything(Language language) throws Exception {
        Map<String, List<String>> found = new TreeMap<>();
        for (Map.Entry<String, OutgoingMessage> mail : mails(language.locale()).entrySet()) {
            Path file = folder.resolve(mail.getKey() + ".eml");
            Files.write(file, mail.getValue().content().readAllBytes());
            List<String> words =
                    Stream.concat(
                                    command.stream(),
                                    Stream.of(
                                            "--prefspath=" + folder.resolve("prefs"),
                                            file.toString()))
                            .toList();
            String output = Command.run(words);
            assertThat(output).contains("X-Spam-Status");
            List<String> rules =
                    RULE.matcher(output.substring(output.indexOf("Content analysis details")))
                            .results()
                            .map(rule -> rule.group(1))
                            .filter(rule -> !EXPLAINED.containsKey(rule))
                            .toList();
            if (!rules.isEmpty()) {
                found.put(mail.getKey(), rules);
            }
        }
        assertThat(found).isEmpty();
    }

    private Map<String, OutgoingMessage> mails(Locale language) {
        NoticeMail notices = new NoticeMail(_ -> sender, composer);
        Way link = new Way("/m/" + UUID.randomUUID() + "/n/7K2M4QX", "7K2M4QX", false);
        Way noLink = new Way(link.path(), link.number(), true);
        Map<String, OutgoingMessage> mails = new LinkedHashMap<>();
        mails.put("notice", notices.compose(notice(link, language)));
        mails.put("notice-without-link", notices.compose(notice(noLink, language)));
        mails.put(
                "reminder",
                notices.compose(
                        new Reminder(
                                notice(link, language),
                                Instant.now(Clock.systemUTC()),
                                3,
                                Optional.empty(),
                                false)));
        for (Way way : List.of(link, noLink)) {
            mails.put(
                    "digest-" + way.zeroLink(),
                    notices.compose(
                            new Digest(
                                    tenant,
                                    new JobId(UUID.randomUUID()),
                                    3,
                                    List.of("Dr. Ada Smith", "Nurse Joy"),
                                    address("pat@example.org"),
                                    way.zeroLink() ? way : new Way("/inbox", way.number(), false),
                                    language,
                                    Optional.empty())));
        }
        mails.put(
                "sign-in",
                new SignInLetter(composer)
                        .compose(
                                sender,
                                "sign-in." + UUID.randomUUID(),
                                new Issued(address("pat@example.org"), "A".repeat(43), "7K2M4QXY"),
                                language));
        mails.put(
                "password",
                new SpentPasswordMail(_ -> sender, composer)
                        .compose(
                                new SpentPassword(
                                        tenant,
                                        new JobId(UUID.randomUUID()),
                                        address("nurse@example.com"),
                                        address("pat@example.org"),
                                        LockKind.PASSWORD,
                                        "/m/" + UUID.randomUUID() + "/password",
                                        language)));
        return mails;
    }

    private Notice notice(Way way, Locale language) {
        return new Notice(
                tenant,
                new JobId(UUID.randomUUID()),
                "Dr. Ada Smith",
                Optional.of("Results of Tuesday"),
                address("pat@example.org"),
                way,
                language,
                Optional.empty());
    }

    private static EmailAddress address(String text) {
        int at = text.indexOf('@');
        return new EmailAddress(text.substring(0, at), text.substring(at + 1));
    }
}
