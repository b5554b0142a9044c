package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// Whoever owns the machine with the keys takes one message away and opens it without Postern.
class ExportObjectJourney {

    private static final String PATIENT = "patient@example.org";

    @TempDir Path folder;

    @Test
    void oneMessageIsTakenAwayAndOpensWhenPosternIsGone() throws Exception {
        Path data = folder.resolve("exported");
        Path object = folder.resolve("object");
        Path key = folder.resolve("object.key");
        Path out = folder.resolve("message.eml");
        Path audit = folder.resolve("audit.jsonl");
        byte[] mail =
                Mail.withAttachment(
                        "nurse@example.com",
                        PATIENT,
                        "[Results]",
                        "Text.",
                        "a.pdf",
                        Mail.file(99_999, 5));
        String message;
        try (PosternProcess postern = PosternProcess.start(data, PosternProcess.Ports.free())) {
            message = send(postern, mail);

            assertThat(export(data, message, "stranger@example.org", object)).isEqualTo(1);
            assertThat(export(data, "nonsense", PATIENT, object)).isEqualTo(1);
            assertThat(object).doesNotExist();
            assertThat(key).doesNotExist();

            assertThat(export(data, message, PATIENT, object)).isZero();
            assertThat(postern(List.of("audit", "export", "--data=" + data, "--out=" + audit)))
                    .isZero();
        }
        assertThat(Files.readString(audit)).contains("message.exported", message);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(new String(Files.readAllBytes(object), UTF_8)).doesNotContain("Results");

        assertThat(
                        postern(
                                List.of(
                                        "open-object",
                                        object.toString(),
                                        "--key=" + key,
                                        "--out=" + out)))
                .isZero();
        assertThat(new String(Files.readAllBytes(out), UTF_8)).endsWith(new String(mail, UTF_8));
    }

    private static String send(PosternProcess postern, byte[] mail) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            assertThat(smtp.send("nurse@example.com", List.of(PATIENT), mail)).startsWith("250");
        }
        URI notice =
                await().atMost(Duration.ofSeconds(30))
                        .until(
                                () ->
                                        Reader.mails(
                                                postern.data(),
                                                entry -> entry.to().contains(PATIENT)),
                                mails -> !mails.isEmpty())
                        .getFirst()
                        .links()
                        .getFirst();
        return notice.getPath().split("/", -1)[2]; // /m/MESSAGE/n/NUMBER
    }

    private static int export(Path data, String message, String owner, Path out) {
        return postern(
                List.of(
                        "export-object",
                        message,
                        "--data=" + data,
                        "--for=" + owner,
                        "--out=" + out));
    }

    private static int postern(List<String> words) {
        return Postern.run(Steps.UNWATCHED, words.toArray(String[]::new));
    }
}
