package org.postern.mail.reply;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;
import static org.postern.mail.TestSite.SUFFIX;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.MessageId;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.NotSignedInException;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.MailboxName;
import org.postern.mail.reading.Attachment;
import org.postern.mail.reading.MessageRow;
import org.postern.mail.reading.OpenedMessage;
import org.postern.mail.reading.Reader;

class RepliesTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void aReplyReachesTheAuthorInTheSameThread() throws Exception {
        MessageId question =
                system.bring(
                        site.envelope(),
                        TestSite.lines(
                                "From: Nurse Joy <" + NURSE + ">",
                                "To: " + PATIENT,
                                "Subject: [Your results]",
                                "Message-ID: <q@example.com>",
                                "References: <older@example.com>",
                                "",
                                "How are you?"));
        Reader patient = system.signIn(PATIENT);

        MessageId answer = reply(patient, question, site.id(), "Fine, thank you.\nReally.");

        assertThat(answer).isNotEqualTo(question);
        MessageRow row = system.inbox(system.signIn(NURSE)).getFirst();
        assertThat(row.id()).isEqualTo(answer);
        assertThat(row.subject()).isEqualTo("Re: Your results");
        assertThat(row.authorAddress()).isEqualTo(PATIENT);
        assertThat(row.recipients()).containsExactly("Nurse Joy");
        assertThat(row.thread()).isEqualTo(system.inbox(patient).getFirst().thread());
        assertThat(system.sent(patient)).extracting(MessageRow::id).containsExactly(answer);
        HeaderSection header = HeaderSection.parse(system.read(system.signIn(NURSE), answer));
        assertThat(header.inReplyTo()).isEqualTo(ids("<q@example.com>"));
        assertThat(header.references()).isEqualTo(ids("<older@example.com> <q@example.com>"));
        assertThat(header.date()).contains(site.clock().instant());
        assertThat(header.messageId()).isPresent();
        try (OpenedMessage message =
                system.reading().open(system.signIn(NURSE), answer).orElseThrow()) {
            assertThat(message.text())
                    .hasValueSatisfying(text ->
                            assertThat(text.lines())
                                    .containsExactly("Fine, thank you.", "Really."));
            assertThat(message.attachments()).isEmpty();
        }
    }

    @Test
    void whoGetsAReplyIsTheAuthorAndWhoeverWasNamedOpenly() throws Exception {
        MessageId id =
                system.bring(
                        site.envelope(PATIENT, DAUGHTER, "hidden@example.org"),
                        TestSite.lines(
                                "From: Nurse Joy <" + NURSE + ">",
                                "To: Pat <"
                                        + PATIENT
                                        + "."
                                        + SUFFIX
                                        + ">, "
                                        + NURSE.toUpperCase(Locale.ROOT),
                                "Cc: \"D. Aughter\" <"
                                        + DAUGHTER
                                        + "."
                                        + SUFFIX
                                        + ">, not an address, <broken@>",
                                "Bcc: hidden@example.org",
                                "Subject: Re: results",
                                "",
                                "text"));

        ReplyDraft his = system.replies().draft(system.signIn(PATIENT), id).orElseThrow();
        ReplyDraft hidden =
                system.replies().draft(system.signIn("hidden@example.org"), id).orElseThrow();

        assertThat(his.recipients())
                .extracting(MailboxName::displayName, MailboxName::address)
                .containsExactly(
                        tuple(Optional.of("Nurse Joy"), NURSE),
                        tuple(Optional.of("D. Aughter"), DAUGHTER));
        assertThat(his.subject()).isEqualTo("Re: results");
        assertThat(hidden.recipients())
                .extracting(MailboxName::address)
                .containsExactly(NURSE, PATIENT, DAUGHTER);
        try (OpenedMessage opened =
                system.reading().open(system.signIn(PATIENT), id).orElseThrow()) {
            assertThat(system.replies().draft(system.signIn(PATIENT), opened)).isEqualTo(his);
        }
    }

    @Test
    void whoWroteToHimselfAnswersHimself() throws Exception {
        MessageId id =
                system.bring(
                        site.envelope(NURSE),
                        TestSite.lines("From: " + NURSE, "To: " + NURSE, "", "note"));

        assertThat(system.replies().draft(system.signIn(NURSE), id).orElseThrow().recipients())
                .extracting(MailboxName::address)
                .containsExactly(NURSE);
    }

    @Test
    void onlyWhoHasTheMessageMayAnswerIt() throws Exception {
        MessageId id = system.bring(site.envelope(DAUGHTER), TestSite.plain("hers", "text"));
        system.bring(site.envelope(PATIENT), TestSite.plain("his", "text"));
        Reader patient = system.signIn(PATIENT);
        Reader nobody = new Reader(patient.tenant(), patient.mailbox(), new ReadingKey("guessed"));

        assertThat(system.replies().draft(patient, id)).isEmpty();
        assertThat(system.replies().begin(patient, id, site.id())).isEmpty();
        assertThatThrownBy(() -> system.replies().begin(nobody, id, site.id()))
                .isInstanceOf(NotSignedInException.class);
        assertThat(system.entries()).isEmpty();
    }

    @Test
    void aReplySentTwiceIsOneMessage() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("question", "text"));
        Reader patient = system.signIn(PATIENT);
        UUID key = site.id();

        MessageId first = reply(patient, id, key, "first");
        MessageId again = reply(patient, id, key, "again");

        assertThat(again).isEqualTo(first);
        assertThat(system.sent(patient)).hasSize(1);
        assertThat(new String(decoded(system.signIn(NURSE), first), UTF_8)).isEqualTo("first\r\n");
        assertThat(reply(patient, id, site.id(), "another")).isNotEqualTo(first);
    }

    @Test
    void aKeyThatIsAnothersMessageIdMakesAMessageOfItsOwn() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("question", "text"));
        Reader patient = system.signIn(PATIENT);
        Reader nurse = system.signIn(NURSE);

        MessageId his = reply(patient, id, id.value(), "his");
        MessageId hers = reply(nurse, id, id.value(), "hers");

        assertThat(List.of(id, his, hers)).doesNotHaveDuplicates();
        assertThat(system.sent(patient)).extracting(MessageRow::id).containsExactly(his);
        assertThat(new String(decoded(nurse, his), UTF_8)).isEqualTo("his\r\n");
        assertThat(site.count("message")).isEqualTo(3);
    }

    @Test
    void nothingRemainsOfAReplyThatIsNotSent() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("question", "text"));
        try (Reply reply =
                system.replies().begin(system.signIn(PATIENT), id, site.id()).orElseThrow()) {
            reply.text("canary");
        }

        assertThat(system.entries()).isEmpty();
        assertThat(system.spool().waiting()).isZero();
    }

    @Test
    void filesOfAnyNameComeOutAsTheyWentIn() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("question", "text"));
        List<String> names =
                List.of(
                        "plain.txt",
                        "Bericht für Pat.pdf",
                        "\u8A3A\u65AD\u7D50\u679C".repeat(15) + ".pdf",
                        "\uD83D\uDE00.png",
                        "semi;colon 'quote' 100%.txt");
        MessageId answer;
        try (Reply reply =
                system.replies().begin(system.signIn(PATIENT), id, site.id()).orElseThrow()) {
            for (String name : names) {
                try (OutputStream file = reply.attach(name, "text/plain")) {
                    file.write(name.getBytes(UTF_8));
                }
            }
            reply.attach("empty", "application/x-nothing").close();
            answer = reply.send();
        }
        system.emptySpool();
        system.deliver();

        Reader nurse = system.signIn(NURSE);
        assertLinesAreShort(system.read(nurse, answer));
        try (OpenedMessage message = system.reading().open(nurse, answer).orElseThrow()) {
            assertThat(message.attachments()).hasSize(names.size() + 1);
            for (int i = 0; i < names.size(); i++) {
                Attachment attachment = message.attachments().get(i);
                assertThat(attachment.fileName()).isEqualTo(names.get(i));
                assertThat(message.content(attachment).readAllBytes())
                        .isEqualTo(names.get(i).getBytes(UTF_8));
            }
            Attachment empty = message.attachments().getLast();
            assertThat(empty.mediaType()).isEqualTo("application/x-nothing");
            assertThat(message.content(empty).readAllBytes()).isEmpty();
        }
    }

    @ParameterizedTest(name = "{index}")
    @ValueSource(
            strings = {
                "a\r\nBcc: victim@example.org\r\n\r\nbody",
                "a\nBcc: victim@example.org",
                "a\rBcc: victim@example.org",
                "a\r\n\r\n--",
                "a\"\r\nContent-Type: text/html\r\n",
                "a\u0000b"
            })
    void nothingThatAStrangerWroteBeginsANewField(String hostile) throws Exception {
        String encoded =
                "=?utf-8?B?" + Base64.getEncoder().encodeToString(hostile.getBytes(UTF_8)) + "?=";
        MessageId id =
                system.bring(
                        site.envelope(),
                        TestSite.lines(
                                "From: " + encoded + " <" + NURSE + ">",
                                "To: " + PATIENT,
                                "Subject: " + encoded,
                                "Message-ID: <"
                                        + hostile.replace("\r", "").replace("\n", "")
                                        + "@x>",
                                "",
                                "text"));
        MessageId answer;
        try (Reply reply =
                system.replies().begin(system.signIn(PATIENT), id, site.id()).orElseThrow()) {
            reply.text("answer");
            reply.attach(hostile, hostile).close();
            answer = reply.send();
        }
        system.emptySpool();
        system.deliver();

        byte[] content = system.read(system.signIn(NURSE), answer);
        HeaderSection header = HeaderSection.parse(content);
        assertThat(header.fields())
                .extracting(field -> field.name())
                .isSubsetOf(
                        "From",
                        "To",
                        "Subject",
                        "Date",
                        "Message-ID",
                        "In-Reply-To",
                        "References",
                        "MIME-Version",
                        "Content-Type")
                .doesNotHaveDuplicates();
        assertThat(new String(content, ISO_8859_1).lines())
                .noneMatch(line -> line.startsWith("Bcc:"))
                .noneMatch(line -> line.startsWith("Content-Type: text/html"));
        try (OpenedMessage message =
                system.reading().open(system.signIn(NURSE), answer).orElseThrow()) {
            assertThat(message.text())
                    .hasValueSatisfying(text -> assertThat(text.strip()).isEqualTo("answer"));
            assertThat(message.attachments())
                    .singleElement()
                    .satisfies(file ->
                            assertThat(file.mediaType()).isEqualTo("application/octet-stream"));
        }
    }

    @Test
    void aSubjectInAnyAlphabetComesOutAsItWentIn() throws Exception {
        String subject =
                "Ergebnisse für \u8A3A\u65AD \uD83D\uDE00 "
                        + "und noch mehr davon ".repeat(10).strip();
        MessageId id =
                system.bring(
                        site.envelope(),
                        TestSite.lines(
                                "From: =?utf-8?Q?Schwester_J=C3=B6y?= <" + NURSE + ">",
                                "Subject: =?utf-8?B?"
                                        + Base64.getEncoder()
                                                .encodeToString(subject.getBytes(UTF_8))
                                        + "?=",
                                "",
                                "text"));

        MessageId answer = reply(system.signIn(PATIENT), id, site.id(), "ok");

        byte[] content = system.read(system.signIn(NURSE), answer);
        assertLinesAreShort(content);
        HeaderSection header = HeaderSection.parse(content);
        assertThat(header.subject()).contains("Re: " + subject);
        assertThat(header.to().getFirst())
                .isEqualTo(new MailboxName(Optional.of("Schwester Jöy"), NURSE));
    }

    @Test
    void whatAStrangerMadeEndlesslyLongStaysOnShortLines() throws Exception {
        String endless = "x".repeat(20_000);
        MessageId id =
                system.bring(
                        site.envelope(),
                        TestSite.lines(
                                "From: \"" + endless + "\" <" + NURSE + ">",
                                "Subject: " + endless,
                                "Message-ID: <" + endless + "@example.com>",
                                "References: <" + endless + "@example.com> <short@example.com>",
                                "",
                                "text"));

        MessageId answer = reply(system.signIn(PATIENT), id, site.id(), "ok");

        byte[] content = system.read(system.signIn(NURSE), answer);
        assertLinesAreShort(content);
        assertThat(HeaderSection.parse(content).references()).isEqualTo(ids("<short@example.com>"));
    }

    @Test
    void aTextOfVeryManyLinesIsWrittenInLinearTime() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("question", "text"));

        // 25 billion characters would be copied if each line were added to all before it
        MessageId answer = reply(system.signIn(PATIENT), id, site.id(), "a line\n".repeat(300_000));

        assertThat(decoded(system.signIn(NURSE), answer)).hasSize(300_000 * 8);
    }

    @Test
    void aFileOfFiftyMegabytesStreamsThrough() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("question", "text"));
        int size = 50 << 20;
        MessageDigest written = MessageDigest.getInstance("SHA-256");
        Random bytes = new Random(1);
        byte[] block = new byte[1 << 16];
        MessageId answer;
        long before = usedMemory();
        try (Reply reply =
                system.replies().begin(system.signIn(PATIENT), id, site.id()).orElseThrow()) {
            try (OutputStream file = reply.attach("large.bin", "application/octet-stream")) {
                for (int done = 0; done < size; done += block.length) {
                    bytes.nextBytes(block);
                    written.update(block);
                    file.write(block);
                }
            }
            assertThat(usedMemory() - before).as("held while writing").isLessThan(16L << 20);
            answer = reply.send();
        }
        system.emptySpool();
        system.deliver();

        MessageDigest read = MessageDigest.getInstance("SHA-256");
        try (OpenedMessage message =
                        system.reading().open(system.signIn(NURSE), answer).orElseThrow();
                InputStream file =
                        new DigestInputStream(
                                message.content(message.attachments().getFirst()), read)) {
            assertThat(file.transferTo(OutputStream.nullOutputStream())).isEqualTo(size);
            assertThat(usedMemory() - before).as("held while reading").isLessThan(16L << 20);
        }
        assertThat(read.digest()).isEqualTo(written.digest());
    }

    private MessageId reply(Reader reader, MessageId to, UUID key, String text) throws Exception {
        MessageId id;
        try (Reply reply = system.replies().begin(reader, to, key).orElseThrow()) {
            reply.text(text);
            id = reply.send();
        }
        system.emptySpool();
        system.deliver();
        return id;
    }

    private byte[] decoded(Reader reader, MessageId id) throws Exception {
        try (OpenedMessage message = system.reading().open(reader, id).orElseThrow()) {
            String content = new String(message.original().readAllBytes(), ISO_8859_1);
            int start = content.indexOf("base64\r\n\r\n") + 10;
            return Base64.getMimeDecoder()
                    .decode(content.substring(start, content.indexOf("--postern_", start)));
        }
    }

    private static List<String> ids(String written) throws Exception {
        return HeaderSection.parse(TestSite.lines("References: " + written, "")).references();
    }

    private static void assertLinesAreShort(byte[] content) {
        assertThat(new String(content, ISO_8859_1).split("\r\n", -1))
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(998));
    }

    /// What is reachable, not what was allocated.
    private static long usedMemory() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
