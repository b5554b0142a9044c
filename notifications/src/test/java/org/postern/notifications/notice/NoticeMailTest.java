package org.postern.notifications.notice;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.MacKey;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.Language;
import org.postern.db.TenantId;
import org.postern.notifications.SettableClock;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Sender;

class NoticeMailTest {

    private static final TenantId TENANT = new TenantId(UUID.randomUUID());
    private static final JobId JOB =
            new JobId(UUID.fromString("01a207d9-2100-7f14-b4c1-b731bd90b5a9"));
    private static final String NUMBER = "7K2M4QX";
    private static final String PATH = "/m/4fJ2kQ0xT7mZ9wB1nC5vRg";

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));
    private final LoopMark loopMark = new LoopMark("worker-1", MacKey.generate(new SecureRandom()));
    private Sender sender;

    NoticeMailTest() throws Exception {
        sender = sender("Example Clinic");
    }

    @Test
    void itSaysWhoWhichOrganisationAndWhyYou() throws Exception {
        MimeMessage mail = parsed(notice("Dr. Ada Smith", "pat@example.org"));

        assertThat(mail.getFrom())
                .containsExactly(
                        new InternetAddress(
                                "notices@example.com", "Dr. Ada Smith via Example Clinic"));
        assertThat(((InternetAddress) mail.getFrom()[0]).getPersonal())
                .isEqualTo("Dr. Ada Smith via Example Clinic");
        assertThat(mail.getSubject()).isEqualTo("Dr. Ada Smith has sent you a secure message");
        assertThat(mail.getHeader("To", null)).isEqualTo("pat@example.org");
        String text = part(mail, 0);
        assertThat(text)
                .startsWith("Dr. Ada Smith has sent you a secure message\r\n\r\n")
                .contains("https://portal.example.com" + PATH + "\r\n")
                .contains("Not expecting this? You need not do anything.");
        assertThat(text.replace("\r\n", " "))
                .contains("Dr. Ada Smith sent it to pat@example.org through Example Clinic.");
        assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(79));
    }

    @Test
    void bothFormsSayTheSame() throws Exception {
        MimeMessage mail = parsed(notice("Dr. Ada Smith", "pat@example.org"));

        assertThat(mail.isMimeType("multipart/alternative")).isTrue();
        String html = part(mail, 1);
        String words =
                html.substring(html.indexOf("<h1"))
                        .replaceAll("<[^>]*>", " ")
                        .replace("&#39;", "'")
                        .replaceAll("\\s+", " ");
        String text = part(mail, 0).replaceAll("\\s+", " ");
        for (String sentence :
                List.of(
                        "Dr. Ada Smith has sent you a secure message",
                        "Read your message",
                        "To keep it private, it is not in this mail",
                        "No password, nothing to install.",
                        "You need not do anything.",
                        "1 Example Road, Exampletown")) {
            assertThat(text).contains(sentence);
            assertThat(words).contains(sentence);
        }
        assertThat(html).contains("href=\"https://portal.example.com" + PATH + "\"");
    }

    @Test
    void nothingInItIsFetchedFromAnywhereAndItIsSmall() throws Exception {
        OutgoingMessage mail = notice("Dr. Ada Smith", "pat@example.org");
        String html = part(parsed(mail), 1);

        assertThat(html)
                .doesNotContainIgnoringCase("<img")
                .doesNotContain("url(", "@import", "src=");
        assertThat(Pattern.compile("(?:https?:)?//[^\"\\s<]+").matcher(html).results())
                .allSatisfy(
                        link -> assertThat(link.group()).startsWith("https://portal.example.com/"));
        assertThat(mail.sizeBytes()).isLessThan(30_000);
        assertThat(html).contains("prefers-color-scheme: dark");
    }

    @Test
    void itIsMarkedAsAutomaticAndAsOurs() throws Exception {
        MimeMessage mail = parsed(notice("Dr. Ada Smith", "pat@example.org"));

        assertThat(mail.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(mail.getHeader("Reply-To", null)).contains("help@example.com");
        assertThat(mail.getHeader("Date", null)).isEqualTo("Mon, 23 Nov 2026 10:00:00 +0000");
        assertThat(mail.getHeader("Content-Language", null)).isEqualTo("en");
        String mark = mail.getHeader(LoopMark.FIELD, null).replaceAll("\\s", "");
        assertThat(loopMark.isOurs(mark, mail.getMessageID())).isTrue();
        assertThat(loopMark.isOurs(mark, "<another@example.com>")).isFalse();
        assertThat(
                        new LoopMark("worker-1", MacKey.generate(new SecureRandom()))
                                .isOurs(mark, mail.getMessageID()))
                .isFalse();
        assertThat(loopMark.isOurs("garbage", mail.getMessageID())).isFalse();
    }

    @Test
    void theSameNoticeSentTwiceIsRecognisable() throws Exception {
        MimeMessage first = parsed(notice("Ada", "pat@example.org"));
        clock.advance(Duration.ofMinutes(8));
        MimeMessage second = parsed(notice("Ada", "pat@example.org"));

        assertThat(first.getMessageID())
                .isEqualTo("<notice." + JOB + "@example.com>")
                .isEqualTo(second.getMessageID());
        assertThat(second.getContentType()).isEqualTo(first.getContentType());
    }

    @Test
    void itsEnvelopeLeadsBackToTheSender() throws Exception {
        OutgoingMessage mail = notice("Ada", "Pat@example.org");

        assertThat(mail.reversePath()).contains(EmailAddress.parse("notices@example.com"));
        assertThat(mail.forwardPath()).isEqualTo(EmailAddress.parse("Pat@example.org"));
    }

    /// Header injection as in the OWASP Web Security Testing Guide, 4.7.10, and what hides or turns
    /// text.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Ada\r\nBcc: victim@example.net",
                "Ada\nBcc: victim@example.net",
                "Ada\rBcc: victim@example.net",
                "Ada\r\n\r\n<h1>injected</h1>",
                "Ada\u2028Bcc: victim@example.net",
                "Ada\u0085Bcc: victim@example.net",
                "Ada\u0000",
                "Ada\r\n.\r\nMAIL FROM:<x@y>",
                "Ada\u202Emoc.elpmaxe",
                "Ada\u2066\u200B\uFEFF",
                "=?utf-8?Q?Ada=0D=0ABcc:_victim@example.net?=",
                "Ada\" <victim@example.net>, \"x",
                "Ada <script>alert(1)</script>",
                "{0} {{blocks}} $1 \\",
                "--=_",
                "Ada https://evil.example/"
            })
    void noNameGetsOutOfItsPlace(String hostile) throws Exception {
        OutgoingMessage outgoing = notice(hostile, "pat@example.org");
        String raw = new String(outgoing.content().readAllBytes(), ISO_8859_1);
        MimeMessage mail = parsed(outgoing);

        assertThat(Collections.list(mail.getAllHeaders()))
                .extracting(header -> header.getName())
                .containsExactlyInAnyOrder(
                        "Date",
                        "From",
                        "Reply-To",
                        "To",
                        "Message-ID",
                        "Subject",
                        "MIME-Version",
                        "Content-Type",
                        "Content-Language",
                        "Auto-Submitted",
                        "X-Auto-Response-Suppress",
                        "X-Postern-Loop");
        assertThat(mail.getFrom()).hasSize(1);
        assertThat(((InternetAddress) mail.getFrom()[0]).getAddress())
                .isEqualTo("notices@example.com");
        assertThat(raw.substring(0, raw.indexOf("\r\n\r\n")))
                .matches("(?s)[\\x20-\\x7E\\t\\r\\n]*");
        assertThat(((MimeMultipart) mail.getContent()).getCount()).isEqualTo(2);
        assertThat(mail.getSubject()).doesNotContain("\r", "\n");
        assertThat(mail.getSubject() + part(mail, 0))
                .doesNotContainPattern(
                        "[\\u0000\\u0085\\u2028\\u202A-\\u202E\\u2066-\\u2069\\uFEFF]")
                .doesNotContain("https://evil");
        assertThat(part(mail, 1)).doesNotContain("<script", "<h1>injected");
        assertThat(part(mail, 0)).contains("https://portal.example.com" + PATH);
    }

    @Test
    void aNameThatNeverEndsIsCut() throws Exception {
        MimeMessage mail = parsed(notice("Ada ".repeat(10_000), "pat@example.org"));

        assertThat(mail.getSubject()).hasSizeLessThan(110).contains("…");
    }

    @Test
    void aMessageWithoutANameComesFromTheOrganisation() throws Exception {
        MimeMessage mail = parsed(notice(" \u200B\r\n", "pat@example.org"));

        assertThat(mail.getSubject()).isEqualTo("Example Clinic has sent you a secure message");
        assertThat(((InternetAddress) mail.getFrom()[0]).getPersonal()).isEqualTo("Example Clinic");
        assertThat(part(mail, 0)).doesNotContain("through Example Clinic");
    }

    @Test
    void namesInAnyScriptArriveWhole() throws Exception {
        sender = sender("Клиника «Пример»");
        MimeMessage mail = parsed(notice("Zoë 李小龍 فاطمة", "pat@example.org"));

        assertThat(((InternetAddress) mail.getFrom()[0]).getPersonal())
                .isEqualTo("Zoë 李小龍 فاطمة via Клиника «Пример»");
        assertThat(part(mail, 0)).contains("Zoë 李小龍 فاطمة");
        assertThat(part(mail, 1)).contains("Клиника «Пример»");
    }

    @Test
    void anAddressInAnotherAlphabetStandsInTheHeaderAsItIs() throws Exception {
        OutgoingMessage mail = notice("Ada", "zoë@example.org");

        assertThat(mail.needsUtf8()).isTrue();
        assertThat(new String(mail.content().readAllBytes(), UTF_8))
                .contains("\r\nTo: zoë@example.org\r\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/m/pat@example.org", "//evil.example/", "/m/?x=1", "m/abc", "/m/../x"})
    void aLinkThatIsNotAPathOfOursIsRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new NoticeMail(_ -> sender, new MailComposer(loopMark, clock))
                                .compose(
                                        new Notice(
                                                TENANT,
                                                JOB,
                                                "Ada",
                                                Optional.empty(),
                                                EmailAddress.parse("pat@example.org"),
                                                new Way(path, NUMBER, false),
                                                Locale.ENGLISH,
                                                Optional.empty())));
    }

    @Test
    void aLanguageWithoutTranslationGetsEnglishWhateverTheServerSpeaks() throws Exception {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            MimeMessage mail =
                    parsed(
                            new NoticeMail(_ -> sender, new MailComposer(loopMark, clock))
                                    .compose(
                                            new Notice(
                                                    TENANT,
                                                    JOB,
                                                    "Ada",
                                                    Optional.empty(),
                                                    EmailAddress.parse("pat@example.org"),
                                                    new Way(PATH, NUMBER, false),
                                                    Locale.JAPANESE,
                                                    Optional.empty())));
            assertThat(mail.getHeader("Content-Language", null)).isEqualTo("en");
            assertThat(part(mail, 1)).contains("lang=\"en\" dir=\"ltr\"");
        } finally {
            Locale.setDefault(before);
        }
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void samplesToLookAtAreWritten(Language language) throws Exception {
        Path samples = Files.createDirectories(Path.of("target", "samples"));
        Way link = new Way(PATH, NUMBER, false);
        Way typed = new Way(PATH, NUMBER, true);
        NoticeMail mail = new NoticeMail(_ -> sender, new MailComposer(loopMark, clock));
        EmailAddress pat = EmailAddress.parse("pat@example.org");
        Notice notice =
                new Notice(
                        TENANT,
                        JOB,
                        "Dr. Ada Smith",
                        Optional.of("Results of Tuesday"),
                        pat,
                        link,
                        language.locale(),
                        Optional.empty());
        Map<String, OutgoingMessage> mails =
                Map.of(
                        "notice",
                        mail.compose(notice),
                        "typed",
                        mail.compose(
                                new Notice(
                                        TENANT,
                                        JOB,
                                        "Dr. Ada Smith",
                                        Optional.empty(),
                                        pat,
                                        typed,
                                        language.locale(),
                                        Optional.empty())),
                        "reminder",
                        mail.compose(
                                new Reminder(
                                        notice,
                                        clock.instant(),
                                        3,
                                        Optional.of(clock.instant().plus(Duration.ofDays(30))),
                                        true)),
                        "digest",
                        mail.compose(
                                new Digest(
                                        TENANT,
                                        JOB,
                                        12,
                                        List.of("Dr. Ada Smith", "", "Zoë 李小龍"),
                                        pat,
                                        link,
                                        language.locale(),
                                        Optional.empty())));

        for (Map.Entry<String, OutgoingMessage> each : mails.entrySet()) {
            String name = each.getKey() + "-" + language.tag();
            Files.write(samples.resolve(name + ".eml"), each.getValue().content().readAllBytes());
            String html = part(parsed(each.getValue()), 1);
            Files.writeString(samples.resolve(name + ".html"), html);
            assertThat(html)
                    .contains("lang=\"" + language.tag() + "\"")
                    .contains(language == Language.ARABIC ? "dir=\"rtl\"" : "dir=\"ltr\"")
                    .doesNotContain("{0}", "{1}", "{2}", "plural");
            assertThat(each.getValue().sizeBytes()).isLessThan(30_000);
            assertThat(parsed(each.getValue()).getHeader("Content-Language", null))
                    .isEqualTo(language.tag());
        }
    }

    private OutgoingMessage notice(String author, String recipient) throws Exception {
        return new NoticeMail(_ -> sender, new MailComposer(loopMark, clock))
                .compose(
                        new Notice(
                                TENANT,
                                JOB,
                                author,
                                Optional.empty(),
                                EmailAddress.parse(recipient),
                                new Way(PATH, NUMBER, false),
                                Locale.ENGLISH,
                                Optional.empty()));
    }

    private static Sender sender(String organisation) throws Exception {
        return new Sender(
                organisation,
                EmailAddress.parse("notices@example.com"),
                Optional.of(EmailAddress.parse("help@example.com")),
                URI.create("https://portal.example.com"),
                List.of("1 Example Road, Exampletown"));
    }

    private static MimeMessage parsed(OutgoingMessage mail) throws Exception {
        return new MimeMessage(Session.getInstance(new Properties()), mail.content());
    }

    private static String part(MimeMessage mail, int index) throws Exception {
        return (String) ((MimeMultipart) mail.getContent()).getBodyPart(index).getContent();
    }
}
