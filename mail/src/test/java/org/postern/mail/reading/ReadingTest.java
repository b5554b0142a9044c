package org.postern.mail.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.Envelope;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.NotSignedInException;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;

class ReadingTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void contentReadIsContentReceived() throws Exception {
        byte[] file = new byte[300_000];
        site.random().nextBytes(file);
        byte[] content = withAttachment(file);
        MessageId id = system.bring(site.envelope(), content);

        byte[] read = system.read(system.signIn(PATIENT), id);

        assertThat(Mac256.sha256(read)).isEqualTo(Mac256.sha256(content));
    }

    @Test
    void textHtmlAndAttachmentsAreShownAsTheirAuthorGaveThem() throws Exception {
        byte[] file = new byte[100_000];
        site.random().nextBytes(file);
        MessageId id = system.bring(site.envelope(), withAttachment(file));

        try (OpenedMessage message =
                system.reading().open(system.signIn(PATIENT), id).orElseThrow()) {
            assertThat(message.subject()).isEqualTo("Your results");
            assertThat(message.from().address()).isEqualTo(NURSE);
            assertThat(message.complete()).isTrue();
            assertThat(message.text())
                    .hasValueSatisfying(text -> assertThat(text).contains("Good news"));
            assertThat(message.html())
                    .hasValueSatisfying(html -> assertThat(html).contains("<b>Good</b> news"));
            assertThat(message.attachments())
                    .extracting(Attachment::fileName, Attachment::mediaType)
                    .containsExactly(tuple("Bericht für Pat.pdf", "application/pdf"));
            Attachment attachment = message.attachments().getFirst();
            try (InputStream in = message.content(attachment)) {
                assertThat(Mac256.sha256(in.readAllBytes())).isEqualTo(Mac256.sha256(file));
            }
            assertThat(attachment.bytes()).isBetween(90_000L, 110_000L);
            assertThat(message.attachment(attachment.part())).contains(attachment);
            assertThat(message.attachment(999)).isEmpty();
            Attachment image = message.inlineImage("logo@example.com").orElseThrow();
            try (InputStream in = message.content(image)) {
                assertThat(in.readAllBytes()).isEqualTo(new byte[] {1, 2, 3});
            }
            assertThat(message.inlineImage("other@example.com")).isEmpty();
        }
    }

    @Test
    void aMessageIsUnopenedUntilItsOwnerOpensItHimself() throws Exception {
        MessageId id = system.bring(site.envelope(PATIENT, DAUGHTER), TestSite.plain("a", "b"));
        Reader patient = system.signIn(PATIENT);
        Reader daughter = system.signIn(DAUGHTER);

        system.read(patient, id);

        assertThat(system.inbox(patient).getFirst().unopened()).isFalse();
        assertThat(system.folders().page(patient, Folder.INBOX, Optional.empty()).unopened())
                .isZero();
        assertThat(system.inbox(daughter).getFirst().unopened()).isTrue();
        assertThat(system.folders().page(daughter, Folder.INBOX, Optional.empty()).unopened())
                .isEqualTo(1);
    }

    @Test
    void aMessageWhoseTimeIsOverIsGoneFromItsFolderAndDoesNotOpen() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("a", "b"));
        MessageId other = system.bring(site.envelope(), TestSite.plain("c", "d"));
        site.mailSql()
                .sql("UPDATE slot SET expires_at = :now WHERE message_id = :message")
                .param("now", OffsetDateTime.ofInstant(site.clock().instant(), ZoneOffset.UTC))
                .param("message", id.value())
                .update();
        Reader patient = system.signIn(PATIENT);

        assertThat(system.inbox(patient)).extracting(MessageRow::id).containsExactly(other);
        assertThat(system.folders().page(patient, Folder.INBOX, Optional.empty()).unopened())
                .isEqualTo(1);
    }

    @Test
    void aMessageSaysUntilWhenItCanBeReadAndWhatItsSenderAsks() throws Exception {
        Instant refused = site.clock().instant().plus(Duration.ofDays(3));
        Envelope envelope = site.envelope();
        MessageId id =
                system.bring(
                        TestSite.on(new ReadingTerms(refused, refused, true, true), envelope),
                        TestSite.plain("a", "b"));
        Reader patient = system.signIn(PATIENT);
        assertThat(system.inbox(patient).getFirst().expiresAt()).contains(refused);

        try (OpenedMessage opened = system.reading().open(patient, id).orElseThrow()) {
            assertThat(opened.readOnce()).isTrue();
            assertThat(opened.noForward()).isTrue();
            assertThat(opened.expiresAt())
                    .contains(site.clock().instant().plus(ReadingTerms.READ_ONCE_TIME));
        }
        try (OpenedMessage sent = system.reading().open(system.signIn(NURSE), id).orElseThrow()) {
            assertThat(sent.readOnce()).as("who wrote it reads it again").isFalse();
            assertThat(sent.expiresAt()).contains(refused);
        }
    }

    @Test
    void everyOpeningIsRecordedAndLookingAtAFolderIsNot() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("a", "b"));
        Reader reader = system.signIn(PATIENT);
        system.inbox(reader);
        system.read(reader, id);
        system.read(reader, id);

        assertThat(
                        site.mailSql()
                                .sql(
                                        "SELECT mailbox_id FROM audit_event WHERE kind ="
                                                + " 'message.opened' AND object_id = :id")
                                .param("id", id.value())
                                .query((row, _) -> row.getObject(1))
                                .list())
                .containsExactly(reader.mailbox().value(), reader.mailbox().value());
    }

    @Test
    void whoHasNoSlotHearsThatThereIsNoSuchMessage() throws Exception {
        TenantId other =
                site.addTenant("Other", "other.example", "example.net", "in.other.example");
        system.refresh().refresh();
        MessageId hers = system.bring(site.envelope(DAUGHTER), TestSite.plain("hers", "text"));
        system.bring(site.envelope(PATIENT), TestSite.plain("his", "text"));
        system.bring(
                site.envelope(other, Optional.of(NURSE), DAUGHTER),
                TestSite.plain("elsewhere", "text"));

        assertThat(system.reading().open(system.signIn(PATIENT), hers)).isEmpty();
        assertThat(system.reading().open(system.signIn(other, DAUGHTER), hers))
                .as("the same person at another tenant")
                .isEmpty();
        assertThat(system.reading().open(system.signIn(PATIENT), new MessageId(site.id())))
                .isEmpty();
    }

    @Test
    void aSessionThatNamesAnothersMailboxOpensNothing() throws Exception {
        MessageId hers = system.bring(site.envelope(DAUGHTER), TestSite.plain("hers", "text"));
        system.bring(site.envelope(PATIENT), TestSite.plain("his", "text"));
        Reader his = system.signIn(PATIENT);
        Reader forged = new Reader(his.tenant(), system.signIn(DAUGHTER).mailbox(), his.key());

        assertThatThrownBy(() -> system.reading().open(forged, hers))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(system.inbox(forged)).isEmpty();
    }

    @Test
    void whoIsNotSignedInOpensNothing() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("a", "b"));
        Reader reader = system.signIn(PATIENT);
        Reader guessed = new Reader(reader.tenant(), reader.mailbox(), new ReadingKey("guessed"));
        system.keys().service().end(reader.tenant(), reader.key());

        for (Reader none : List.of(reader, guessed)) {
            assertThatThrownBy(() -> system.reading().open(none, id))
                    .isInstanceOf(NotSignedInException.class);
            assertThatThrownBy(() -> system.inbox(none)).isInstanceOf(NotSignedInException.class);
        }
    }

    @Test
    void aRecalledMessageIsInNoFolderAndDoesNotOpen() throws Exception {
        MessageId id = system.bring(site.envelope(), TestSite.plain("recalled", "text"));
        MessageId other = system.bring(site.envelope(), TestSite.plain("kept", "text"));
        Reader reader = system.signIn(PATIENT);

        system.keys().service().destroy(site.tenant(), id, Set.of());

        assertThatThrownBy(() -> system.reading().open(reader, id))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(system.inbox(reader)).extracting(MessageRow::id).containsExactly(other);
        assertThat(system.sent(system.signIn(NURSE)))
                .extracting(MessageRow::id)
                .containsExactly(other);
    }

    @Test
    void aChunkThatWasChangedEndsTheReading() throws Exception {
        MessageId id = system.bring(site.envelope(), withAttachment(new byte[500_000]));
        Reader reader = system.signIn(PATIENT);
        try (var files = Files.walk(site.blobFolder())) {
            Path blob = files.filter(Files::isRegularFile).findFirst().orElseThrow();
            byte[] bytes = Files.readAllBytes(blob);
            bytes[bytes.length / 2] ^= 1;
            Files.write(blob, bytes);
        }

        try (OpenedMessage message = system.reading().open(reader, id).orElseThrow()) {
            assertThat(message.subject()).isEqualTo("Your results");
            assertThatThrownBy(() -> message.original().readAllBytes())
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(
                            () -> message.content(message.attachments().getFirst()).readAllBytes())
                    .isInstanceOf(IOException.class);
        }
    }

    private static byte[] withAttachment(byte[] file) {
        String base64 = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'}).encodeToString(file);
        return TestSite.lines(
                "From: Nurse Joy <" + NURSE + ">",
                "To: " + PATIENT,
                "Subject: [Your results]",
                "Content-Type: multipart/mixed; boundary=m",
                "",
                "--m",
                "Content-Type: multipart/related; boundary=r",
                "",
                "--r",
                "Content-Type: multipart/alternative; boundary=a",
                "",
                "--a",
                "Content-Type: text/plain; charset=utf-8",
                "",
                "Good news",
                "--a",
                "Content-Type: text/html; charset=utf-8",
                "",
                "<p><b>Good</b> news <img src=\"cid:logo@example.com\"></p>",
                "--a--",
                "--r",
                "Content-Type: image/png",
                "Content-ID: <logo@example.com>",
                "Content-Disposition: inline",
                "Content-Transfer-Encoding: base64",
                "",
                "AQID",
                "--r--",
                "--m",
                "Content-Type: application/pdf",
                "Content-Disposition: attachment; filename*=UTF-8''Bericht%20f%C3%BCr%20Pat.pdf",
                "Content-Transfer-Encoding: base64",
                "",
                base64,
                "--m--");
    }
}
