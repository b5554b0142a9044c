package org.postern.mail.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadableBodyTest {

    private static ReadableBody body(String... lines) throws IOException {
        return ReadableBody.choose(
                new MimeIndexer(IndexBudget.DEFAULT)
                        .index(new ByteArrayInputStream(MimeIndexerTest.lines(lines))));
    }

    private static Optional<Integer> number(Optional<Part> part) {
        return part.map(Part::number);
    }

    @Test
    void aPlainMessageIsItsOwnText() throws IOException {
        var body = body("Subject: x", "", "hello");
        assertThat(body.texts())
                .singleElement()
                .satisfies(text -> {
                    assertThat(number(text.plain())).contains(1);
                    assertThat(text.html()).isEmpty();
                    assertThat(text.best().number()).isEqualTo(1);
                });
        assertThat(body.attachments()).isEmpty();
        assertThat(body.hasHtml()).isFalse();
    }

    @Test
    void theUsualMessageShowsHtmlWithItsImagesAndOffersTheRest() throws IOException {
        var body =
                body(
                        "Content-Type: multipart/mixed; boundary=m",
                        "",
                        "--m",
                        "Content-Type: multipart/related; boundary=r",
                        "",
                        "--r",
                        "Content-Type: multipart/alternative; boundary=a",
                        "",
                        "--a",
                        "",
                        "plain",
                        "--a",
                        "Content-Type: text/html",
                        "",
                        "<img src=cid:logo@x>",
                        "--a",
                        "Content-Type: text/calendar; method=REQUEST",
                        "",
                        "BEGIN:VCALENDAR",
                        "--a--",
                        "--r",
                        "Content-Type: image/png; name=logo.png",
                        "Content-ID: <logo@x>",
                        "Content-Disposition: attachment; filename=logo.png",
                        "",
                        "",
                        "--r--",
                        "--m",
                        "Content-Type: application/pdf; name=a.pdf",
                        "",
                        "",
                        "--m",
                        "Content-Type: text/plain; name=notes.txt",
                        "",
                        "notes",
                        "--m",
                        "Content-Type: message/rfc822",
                        "",
                        "Subject: inner",
                        "",
                        "inner",
                        "--m",
                        "Content-Type: application/ms-tnef",
                        "",
                        "--m",
                        "Content-Type: image/png",
                        "Content-Disposition: attachment; filename=A.PDF",
                        "",
                        "--m--");
        assertThat(body.texts())
                .singleElement()
                .satisfies(text -> {
                    assertThat(number(text.html())).contains(5);
                    assertThat(number(text.plain())).contains(4);
                });
        assertThat(body.inlineImages())
                .extracting(Part::contentId)
                .containsExactly(Optional.of("logo@x"));
        assertThat(body.attachments())
                .extracting(Attachment::fileName)
                .containsExactly(
                        "part-6.ics",
                        "a.pdf",
                        "notes.txt",
                        "message-10.eml",
                        "winmail.dat",
                        "A (2).PDF");
    }

    @Test
    void theBestFormIsTheLastHtmlOne() throws IOException {
        var body =
                body(
                        "Content-Type: multipart/alternative; boundary=a",
                        "",
                        "--a",
                        "Content-Type: text/html",
                        "",
                        "poor",
                        "--a",
                        "Content-Type: text/html",
                        "",
                        "rich",
                        "--a",
                        "",
                        "plain",
                        "--a--");
        assertThat(number(body.texts().getFirst().html())).contains(3);
        assertThat(number(body.texts().getFirst().plain())).contains(4);
        assertThat(body.attachments())
                .extracting(Attachment::fileName)
                .containsExactly("part-2.html");
    }

    @Test
    void textsAroundAnAttachmentAreAllShown() throws IOException {
        var body =
                body(
                        "Content-Type: multipart/alternative; boundary=a",
                        "",
                        "--a",
                        "",
                        "plain",
                        "--a",
                        "Content-Type: multipart/mixed; boundary=m",
                        "",
                        "--m",
                        "Content-Type: text/html",
                        "",
                        "before",
                        "--m",
                        "Content-Type: application/pdf",
                        "",
                        "--m",
                        "Content-Type: text/html",
                        "",
                        "after",
                        "--m--",
                        "--a--");
        assertThat(body.texts()).hasSize(2);
        assertThat(number(body.texts().getFirst().plain())).contains(2);
        assertThat(number(body.texts().getFirst().html())).contains(4);
        assertThat(number(body.texts().getLast().html())).contains(6);
        assertThat(body.attachments())
                .extracting(Attachment::fileName)
                .containsExactly("part-5.pdf");
    }

    @Test
    void imagesThatNothingCanReferToAreAttachments() throws IOException {
        var body =
                body(
                        "Content-Type: multipart/related; boundary=r",
                        "",
                        "--r",
                        "",
                        "plain",
                        "--r",
                        "Content-Type: image/gif",
                        "Content-ID: <i@x>",
                        "",
                        "--r--");
        assertThat(body.inlineImages()).isEmpty();
        assertThat(body.attachments())
                .extracting(Attachment::fileName)
                .containsExactly("part-3.gif");
    }

    @ParameterizedTest
    @CsvSource({
        "application/octet-stream,base64,part-1.bin",
        "text/plain,x-uuencode,part-1.txt",
        "message/rfc822,base64,message-1.eml",
        "text/html-sandboxed,7bit,part-1.bin",
    })
    void whatCannotBeShownIsOfferedUnderAName(String type, String encoding, String name)
            throws IOException {
        var body = body("Content-Type: " + type, "Content-Transfer-Encoding: " + encoding, "", "x");
        assertThat(body.texts()).isEmpty();
        assertThat(body.attachments()).extracting(Attachment::fileName).containsExactly(name);
    }

    @Test
    void anAttachedMessageKeepsItsNameAndBecomesAnEml() throws IOException {
        var body =
                body("Content-Type: message/rfc822; name=\"Re: Hello\"", "", "Subject: x", "", "y");
        assertThat(body.attachments())
                .extracting(Attachment::fileName)
                .containsExactly("Re_ Hello.eml");
        assertThat(body.attachments().toString()).doesNotContain("Hello");
    }

    @Test
    void aMessageOfHundredsOfTextsShowsTwenty() throws IOException {
        var body =
                body(
                        "Content-Type: multipart/mixed; boundary=m",
                        "",
                        "--m\r\n\r\nx\r\n".repeat(300) + "--m--");
        assertThat(body.texts()).hasSize(ReadableBody.MOST_TEXTS);
        assertThat(body.attachments()).hasSize(280);
    }
}
