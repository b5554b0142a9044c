package org.postern.mail.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.Mac256;
import org.postern.mail.TestSite;
import org.postern.mail.mime.HeaderSection;

class ContentDigestTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "A: b\r\n\r\nbody\r\n",
                "A: b\n\nbody\n",
                "A: b\r\n\r\n\r\nbody begins with an empty line",
                "\r\nno header section",
                "\n",
                "\r\n\r\n",
                "",
                "A: b\r\n",
                "A: b\r\n folded\r\n\t\r\nB: \r\r\n\r\nbody",
                "A: b\r\n\r\r\n\r\nbody",
                "\rA: b\r\n\r\nbody",
                "no field, no body",
            })
    void theBodyIsWhatStandsBehindTheHeaderSectionWhateverPiecesItComesIn(String content)
            throws Exception {
        byte[] bytes = content.getBytes(UTF_8);
        int end = HeaderSection.parse(bytes).length();

        for (int piece = 1; piece <= bytes.length + 1; piece++) {
            ContentDigest.Hashes hashes = hashes(bytes, piece);
            assertThat(hashes.body()).isEqualTo(sha256(content.substring(end)));
            assertThat(hashes.header()).isEqualTo(sha256(content.substring(0, end)));
        }
    }

    @Test
    void whatEveryHopAddsIsLeftOut() throws Exception {
        byte[] content =
                TestSite.lines(
                        "Received: from a",
                        "\tby b; today",
                        "authentication-results: b; spf=pass",
                        "From: a@example.com",
                        "RECEIVED : from c",
                        "Received-SPF: pass",
                        "Subject: a",
                        "Received: from d",
                        "",
                        "Received: from the body");

        ContentDigest.Hashes hashes = hashes(content, 7);

        assertThat(hashes.header())
                .isEqualTo(
                        sha256("From: a@example.com\r\nReceived-SPF: pass\r\nSubject: a\r\n\r\n"));
        assertThat(hashes.body()).isEqualTo(sha256("Received: from the body\r\n"));
    }

    @Test
    void aHeaderSectionBeyondItsLimitsHasNone() throws Exception {
        byte[] fields = "A: b\r\n".repeat(HeaderSection.MOST_FIELDS + 1).getBytes(UTF_8);
        byte[] bytes = ("A: " + "b".repeat(HeaderSection.MOST_BYTES) + "\r\n\r\n").getBytes(UTF_8);

        for (byte[] content : new byte[][] {fields, bytes}) {
            try (ContentDigest digest = new ContentDigest(new ByteArrayInputStream(content))) {
                digest.readAllBytes();
                assertThat(digest.hashes()).isEmpty();
            }
        }
    }

    private static ContentDigest.Hashes hashes(byte[] content, int piece) throws IOException {
        try (ContentDigest digest = new ContentDigest(new ByteArrayInputStream(content))) {
            byte[] buffer = new byte[piece + 2];
            while (digest.read(buffer, 1, piece) >= 0) {
                // it looks at what goes by
            }
            return digest.hashes().orElseThrow();
        }
    }

    private static String sha256(String text) {
        return HexFormat.of().formatHex(Mac256.sha256(text.getBytes(UTF_8)).toBytes());
    }
}
