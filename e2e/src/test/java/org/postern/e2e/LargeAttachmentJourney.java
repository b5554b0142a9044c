package org.postern.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A 250 MB attachment goes in by SMTP and out by the browser through a process with 256 MB of
/// heap.
class LargeAttachmentJourney {

    private static final long BYTES = 250L * 1000 * 1000;

    @TempDir Path folder;

    @Test
    void anAttachmentOf250MegabytesPassesThrough256MegabytesOfHeap() throws Exception {
        Path data = folder.resolve("large");
        try (PosternProcess postern =
                        PosternProcess.startWith(
                                List.of("-Xmx256m"), data, PosternProcess.Ports.free());
                Browser browser = new Browser();
                BrowserContext context = browser.somebody(false)) {
            MessageDigest sent = MessageDigest.getInstance("SHA-256");
            try (SmtpSession smtp = SmtpSession.open(postern)) {
                smtp.say("MAIL FROM:<nurse@example.com>");
                smtp.expect("250");
                smtp.say("RCPT TO:<large@example.org>");
                smtp.expect("250");
                smtp.say("DATA");
                smtp.expect("354");
                write(smtp.out(), sent);
                smtp.expect("250");
            }
            Reader reader = new Reader(postern, "large@example.org", context);
            reader.followNotice();
            reader.signIn();
            Download download =
                    reader.page()
                            .waitForDownload(() ->
                                    reader.page()
                                            .getByRole(
                                                    AriaRole.LINK,
                                                    new Page.GetByRoleOptions()
                                                            .setName("Download scan.bin"))
                                            .click());
            MessageDigest received = MessageDigest.getInstance("SHA-256");
            try (InputStream in =
                    new DigestInputStream(Files.newInputStream(download.path()), received)) {
                assertThat(in.transferTo(OutputStream.nullOutputStream())).isEqualTo(BYTES);
            }
            assertThat(HexFormat.of().formatHex(received.digest()))
                    .isEqualTo(HexFormat.of().formatHex(sent.digest()));
        }
    }

    private static void write(OutputStream out, MessageDigest digest) throws IOException {
        String beginning =
                """
                From: nurse@example.com
                To: large@example.org
                Subject: [Scan]
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary=b

                --b

                A scan.
                --b
                Content-Type: application/octet-stream
                Content-Transfer-Encoding: base64
                Content-Disposition: attachment; filename=scan.bin

                """;
        out.write(beginning.replace("\n", "\r\n").getBytes(US_ASCII));
        OutputStream open =
                new FilterOutputStream(out) {
                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        out.write(bytes, offset, length);
                    }

                    @Override
                    public void close() throws IOException {
                        flush();
                    }
                };
        Random random = new Random(250);
        byte[] chunk = new byte[1_000_000];
        try (OutputStream encoder =
                new DigestOutputStream(Base64.getMimeEncoder().wrap(open), digest)) {
            for (long written = 0; written < BYTES; written += chunk.length) {
                random.nextBytes(chunk);
                encoder.write(chunk);
            }
        }
        out.write("\r\n--b--\r\n.\r\n".getBytes(US_ASCII));
        out.flush();
    }
}
