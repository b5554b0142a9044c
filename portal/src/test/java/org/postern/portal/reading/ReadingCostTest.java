package org.postern.portal.reading;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postern.db.MessageId;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// What a reader's page costs behind it, counted and not timed.
class ReadingCostTest {

    private static final Pattern ROW = Pattern.compile("class=\"row[^>]*href=\"/m/");
    private static final TestPortal portal = TestPortal.shared();

    /// One call for all rows, besides the one by which every page knows whose it is. That no
    /// public-key work is done is shown by what is not looked at: objects with their seals are
    /// gone, no certificate verifies any more, and the page is the same.
    @Test
    void aPageOfFiftyRowsIsOneCallToTheKeysAndNoPublicKeyWork() throws IOException {
        String reader = "fifty@example.org";
        List<MessageId> messages =
                IntStream.range(0, 50)
                        .parallel()
                        .mapToObj(i ->
                                portal.deliver(
                                        "ada@example.com",
                                        List.of(reader),
                                        "From: ada@example.com\nSubject: [No. " + i + "]\n\nx\n"))
                        .toList();
        Browser browser = portal.signedIn(reader);
        for (MessageId message : messages) {
            Files.delete(portal.blob(portal.clinic(), message));
        }
        int spoilt =
                portal.mailSql()
                        .sql(
                                """
                                UPDATE message SET certificate = set_byte(certificate, 150, get_byte(certificate, 150) # 1)
                                 WHERE message_id IN (:messages)
                                """)
                        .param("messages", messages.stream().map(MessageId::value).toList())
                        .update();
        assertThat(spoilt).isEqualTo(50);
        int before = portal.keyCalls().calls().size();

        Page page = browser.get("/inbox");

        List<String> calls = portal.keyCalls().calls();
        assertThat(calls.subList(before, calls.size()))
                .containsExactlyInAnyOrder("own", "summaries");
        assertThat(ROW.matcher(page.text()).results()).hasSize(50);
        assertThat(browser.get("/m/" + messages.getFirst()).status()).isNotEqualTo(200);
    }

    @Test
    void oneMegabyteOfALargeMessageTouchesAMegabyteAndAHalfOfItsObject() {
        readOneMegabyteOf(20_000_000);
    }

    @Test
    @Tag("long")
    void oneMegabyteOf250TouchesAMegabyteAndAHalfOfTheObject() {
        readOneMegabyteOf(250_000_000);
    }

    /// Its own chunks are read, and what is read of every message.
    private static void readOneMegabyteOf(int size) {
        String reader = "large" + size + "@example.org";
        byte[] file = new byte[1 << 20];
        Arrays.fill(file, (byte) 'f');
        MessageId message =
                portal.deliver(
                        portal.clinic(),
                        "ada@example.com",
                        List.of(reader),
                        out -> {
                            text(
                                    out,
                                    "From: ada@example.com",
                                    "Subject: [Large]",
                                    "Content-Type: multipart/mixed; boundary=b",
                                    "",
                                    "--b",
                                    "",
                                    "Text");
                            filler(out, "before.bin", size / 2);
                            text(
                                    out,
                                    "--b",
                                    "Content-Disposition: attachment; filename=wanted.bin",
                                    "Content-Transfer-Encoding: base64",
                                    "");
                            out.write(Base64.getMimeEncoder().encode(file));
                            text(out, "");
                            filler(out, "after.bin", size / 2);
                            text(out, "--b--");
                        });
        Browser browser = portal.signedIn(reader);
        long before = portal.blobReads().bytes();

        Page page = browser.get("/m/" + message + "/attachment/4");

        assertThat(page.bytes()).isEqualTo(file);
        assertThat(portal.blobReads().bytes() - before).isBetween(1L << 20, 1_500_000L);
    }

    private static void filler(OutputStream out, String name, int size) throws IOException {
        text(out, "--b", "Content-Disposition: attachment; filename=" + name, "");
        byte[] lines = ("z".repeat(998) + "\r\n").repeat(1_000).getBytes(US_ASCII);
        for (int written = 0; written < size; written += lines.length) {
            out.write(lines);
        }
    }

    private static void text(OutputStream out, String... lines) throws IOException {
        out.write((String.join("\r\n", lines) + "\r\n").getBytes(US_ASCII));
    }
}
