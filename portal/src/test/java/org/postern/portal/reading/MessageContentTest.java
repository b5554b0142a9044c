package org.postern.portal.reading;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postern.db.MessageId;
import org.postern.portal.Browser;
import org.postern.portal.Browser.Page;
import org.postern.portal.TestPortal;

/// Reading a message, through the door.
class MessageContentTest {

    private static final String READER = "reader@example.org";
    private static final byte[] PNG =
            Base64.getDecoder()
                    .decode(
                            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==");
    private static final TestPortal portal = TestPortal.shared();
    private static final byte[] file = random(200_000);
    private static MessageId message;
    private static MessageId strangers;
    private static Browser browser;

    @BeforeAll
    static void aMessageWithEverything() {
        message =
                portal.deliver(
                        "ada@example.com",
                        List.of(READER),
                        """
                        From: Ada <ada@example.com>
                        To: reader@example.org
                        Subject: [Your results]
                        MIME-Version: 1.0
                        Content-Type: multipart/mixed; boundary=m

                        --m
                        Content-Type: multipart/related; boundary=r

                        --r
                        Content-Type: multipart/alternative; boundary=a

                        --a
                        Content-Type: text/plain; charset=utf-8

                        Plain words, see https://example.com/plain.
                        --a
                        Content-Type: text/html; charset=utf-8

                        <p onclick="alert(1)">Rich <b>words</b><script>alert(1)</script></p>
                        <img src="cid:shown@x"><img src="cid:lying@x"><img src="http://t.example/t.gif">
                        --a--
                        --r
                        Content-Type: image/gif
                        Content-ID: <shown@x>
                        Content-Transfer-Encoding: base64

                        %s
                        --r
                        Content-Type: image/png
                        Content-ID: <lying@x>
                        Content-Transfer-Encoding: base64

                        %s
                        --r
                        Content-Type: image/png; name=unused.png
                        Content-ID: <unused@x>
                        Content-Transfer-Encoding: base64

                        %1$s
                        --r--
                        --m
                        Content-Type: application/pdf
                        Content-Disposition: attachment; filename="results.pdf"
                        Content-Transfer-Encoding: base64

                        %s
                        --m
                        Content-Type: text/html
                        Content-Disposition: attachment; filename="page.html"

                        <script>alert(1)</script>
                        --m--
                        """
                                .formatted(
                                        base64(PNG),
                                        base64("<svg onload=alert(1)>".getBytes(ISO_8859_1)),
                                        base64(file)));
        strangers =
                portal.deliver(
                        "ada@example.com",
                        List.of("somebody.else@example.org"),
                        "From: ada@example.com\nSubject: Not yours\n\nSecret\n");
        browser = portal.signedIn(READER);
    }

    @Test
    void theInboxMarksWhatWasNotOpened() {
        MessageId fresh =
                portal.deliver(
                        "ada@example.com",
                        List.of(READER),
                        "From: Ada <ada@example.com>\nSubject: [Fresh]\n\nBody\n");
        assertThat(browser.get("/inbox").text()).contains("row unopened\" href=\"/m/" + fresh);
        browser.get("/m/" + fresh);
        assertThat(browser.get("/inbox").text()).contains("row\" href=\"/m/" + fresh);
    }

    @Test
    void aMessageSaysUntilWhenItCanBeRead() {
        assertThat(browser.get("/m/" + message).text())
                .contains("Can be read until", "(365 days)")
                .doesNotContain("read it once", "not to pass");
        assertThat(browser.get("/inbox").text()).doesNotContain("left</span>");
    }

    @Test
    void theAuthorFindsItInSent() {
        Page sent = portal.signedIn("ada@example.com").get("/sent");
        assertThat(sent.text()).contains("Your results", "To reader@example.org");
    }

    @Test
    void anAuthorSeesTheRecipientsOfAllCopiesThatAMailServerMade() {
        String mail =
                """
                Received: from hub%1$d
                From: Bea <bea@example.com>
                To: copy%1$d@example.org
                Message-ID: <copies@example.com>
                Subject: [Copied]

                Body
                """;
        MessageId one =
                portal.deliver("bea@example.com", List.of("copy1@example.org"), mail.formatted(1));
        MessageId two =
                portal.deliver("bea@example.com", List.of("copy2@example.org"), mail.formatted(2));
        Browser author = portal.signedIn("bea@example.com");

        assertThat(author.get("/sent").text())
                .contains("/m/" + one, "To copy1@example.org, copy2@example.org")
                .doesNotContain("/m/" + two);
        for (MessageId copy : List.of(one, two)) {
            assertThat(author.get("/m/" + copy).text())
                    .contains("copy1@example.org", "copy2@example.org", "href=\"/sent\"")
                    .doesNotContain("class=\"folded\"");
        }
        assertThat(portal.signedIn("copy1@example.org").get("/m/" + one).text())
                .contains("copy1@example.org")
                .doesNotContain("copy2@example.org");
    }

    @Test
    void thePageFramesTheHtmlAndSaysWhatIsMissing() {
        String page = browser.get("/m/" + message).text();
        assertThat(page)
                .contains("Your results", "Ada", "/m/" + message + "/body")
                .contains(
                        "sandbox=\"allow-same-origin allow-popups allow-popups-to-escape-sandbox\"")
                .contains("Pictures from other servers are not loaded.")
                .contains("results.pdf", "page.html", "This kind of file can run programs")
                .doesNotContain("Rich <b>");
    }

    @Test
    void theFrameHoldsOnlyWhatIsSafe() {
        Page body = browser.get("/m/" + message + "/body");
        assertThat(body.header("Content-Security-Policy"))
                .contains(
                        "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:;"
                                + " base-uri 'none'; form-action 'none'; frame-ancestors 'self';"
                                + " sandbox allow-same-origin allow-popups"
                                + " allow-popups-to-escape-sandbox");
        assertThat(body.header("X-Frame-Options")).contains("SAMEORIGIN");
        assertThat(body.header("Cross-Origin-Embedder-Policy")).contains("require-corp");
        assertThat(body.text())
                .contains("Rich <b>words</b>", "/m/" + message + "/inline/")
                .doesNotContain("script", "onclick", "alert", "t.example");
    }

    @Test
    void plainTextIsThereForWhoWantsIt() {
        String page = browser.get("/m/" + message + "?view=text").text();
        assertThat(page)
                .contains(
                        "Plain words, see <a href=\"https://example.com/plain\" target=\"_blank\"")
                .doesNotContain("<iframe");
    }

    @Test
    void anImageIsShownForWhatItsBytesAre() {
        String body = browser.get("/m/" + message + "/body").text();
        List<String> images =
                java.util.regex.Pattern.compile("src=\"(/m/[^\"]+/inline/[0-9]+)\"")
                        .matcher(body)
                        .results()
                        .map(found -> found.group(1))
                        .toList();
        assertThat(images).hasSize(2);
        Page shown = browser.get(images.get(0));
        assertThat(shown.status()).isEqualTo(200);
        assertThat(shown.header("Content-Type")).contains("image/png");
        assertThat(shown.header("Content-Security-Policy")).contains("sandbox; default-src 'none'");
        assertThat(shown.bytes()).isEqualTo(PNG);
        assertThat(browser.get(images.get(1)).status()).isEqualTo(404);
    }

    @Test
    void anImageThatTheTextDoesNotShowIsOfferedAsAFile() {
        assertThat(browser.get("/m/" + message).text()).contains("unused.png");
    }

    @Test
    void anAttachmentComesOutByteForByte() {
        Page download = browser.get(attachment("results.pdf"));
        assertThat(download.status()).isEqualTo(200);
        assertThat(download.bytes()).isEqualTo(file);
        assertThat(download.header("Content-Type")).contains("application/pdf");
        assertThat(download.header("Content-Disposition").orElseThrow())
                .startsWith("attachment; filename=\"results.pdf\"");
        assertThat(download.header("Content-Security-Policy"))
                .contains("sandbox; default-src 'none'");
        assertThat(download.header("X-Content-Type-Options")).contains("nosniff");
        assertThat(download.header("Cross-Origin-Resource-Policy")).contains("same-origin");
        assertThat(download.header("Cache-Control")).contains("no-store");
    }

    @Test
    void aWebPageIsDownloadedAsBytes() {
        Page download = browser.get(attachment("page.html"));
        assertThat(download.header("Content-Type")).contains("application/octet-stream");
        assertThat(download.header("Content-Disposition").orElseThrow()).startsWith("attachment");
    }

    @Test
    void theOriginalComesOutWhole() {
        Page original = browser.get("/m/" + message + "/original");
        assertThat(original.header("Content-Type")).contains("message/rfc822");
        assertThat(original.text()).contains("Subject: [Your results]\r\n");
    }

    @Test
    void somebodyElsesMessageIsAsUnknownAsNone() {
        for (String rest : List.of("", "/body", "/attachment/1", "/inline/1", "/original")) {
            Page stranger = browser.get("/m/" + strangers + rest);
            Page unknown = browser.get("/m/00000000-0000-7000-8000-000000000000" + rest);
            assertThat(stranger.status()).isEqualTo(404);
            assertThat(stranger.text()).contains("There is no message here for you");
            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.text()).contains("There is no message here for you");
        }
    }

    private static String attachment(String name) {
        String page = browser.get("/m/" + message).text();
        String row = page.substring(page.indexOf(">" + name + "<"));
        return row.replaceFirst("(?s).*?href=\"([^\"]+)\".*", "$1");
    }

    private static String base64(byte[] bytes) {
        return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(bytes);
    }

    private static byte[] random(int length) {
        byte[] bytes = new byte[length];
        new SecureRandom().nextBytes(bytes);
        return bytes;
    }
}
