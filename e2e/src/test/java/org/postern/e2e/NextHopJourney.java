package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// Postern as a smarthost before a real Postfix: what is unmarked is Postfix's or the client's to
/// keep, what is marked never reaches it (P9).
@ExtendWith(DebianServer.OnDebianAsRoot.class)
class NextHopJourney {

    private static final String NURSE = "nurse@example.com";
    private static final String FRIEND = "friend@example.org";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;

    @Test
    void unmarkedMailIsTakenAsPostfixTakesItAndMarkedMailNeverReachesIt() throws Exception {
        ServerCertificate certificate = ServerCertificate.of(folder, "localhost", "-1d", 30);
        try (OtherMailServer beyond = new OtherMailServer(0, Optional.empty());
                PostfixNextHop hop =
                        new PostfixNextHop(
                                Files.createDirectories(folder.resolve("hop")),
                                certificate,
                                beyond.port());
                PosternProcess postern = startTrusting(certificate)) {
            passUnmarkedMailTo(hop, postern);
            hop.start();

            assertThat(send(postern, FRIEND, "Lunch")).startsWith("250");
            await().atMost(PATIENCE).until(() -> beyond.messages().size() == 1);
            assertThat(beyond.messages().getFirst())
                    .contains("Subject: Lunch", "\r\nText.\r\n", "by hop.example.net")
                    .doesNotContain("X-Postern");

            assertThat(replyToRecipient(postern, PostfixNextHop.REFUSED)).startsWith("554 5.7.1");
            assertThat(send(postern, PostfixNextHop.DEFERRED, "Lunch")).startsWith("451");
            assertThat(send(postern, FRIEND, "[Results]")).startsWith("250");
            await().atMost(PATIENCE).until(() -> notices(postern) == 1);

            hop.startWithoutTls();
            assertThat(send(postern, FRIEND, "Lunch in clear")).startsWith("451");
            hop.stop();
            assertThat(send(postern, FRIEND, "Lunch for nobody")).startsWith("451");
            assertThat(send(postern, FRIEND, "[More results]")).startsWith("250");
            await().atMost(PATIENCE).until(() -> notices(postern) == 2);

            assertThat(beyond.messages()).hasSize(1);
        }
    }

    private PosternProcess startTrusting(ServerCertificate certificate) throws Exception {
        return PosternProcess.startWith(
                List.of(
                        "-Djavax.net.ssl.trustStore=" + certificate.trustStore(),
                        "-Djavax.net.ssl.trustStorePassword=" + ServerCertificate.PASSWORD),
                folder.resolve("postern"),
                PosternProcess.Ports.free());
    }

    private static void passUnmarkedMailTo(PostfixNextHop hop, PosternProcess postern) {
        int status =
                Postern.run(
                        Steps.UNWATCHED,
                        "connector",
                        "add",
                        "--data",
                        postern.data().toString(),
                        "--name",
                        "Smarthost",
                        "--ranges",
                        "127.0.0.1/32",
                        "--next-hop",
                        "localhost:" + hop.port());
        assertThat(status).isZero();
    }

    private static String send(PosternProcess postern, String to, String subject) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            String content =
                    "From: %s\r\nTo: %s\r\nSubject: %s\r\n\r\nText.\r\n"
                            .formatted(NURSE, to, subject);
            return smtp.send(NURSE, List.of(to), content.getBytes(UTF_8));
        }
    }

    private static String replyToRecipient(PosternProcess postern, String to) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(postern)) {
            smtp.say("MAIL FROM:<" + NURSE + ">");
            smtp.expect("250");
            smtp.say("RCPT TO:<" + to + ">");
            return smtp.reply();
        }
    }

    private static int notices(PosternProcess postern) throws Exception {
        return Reader.mails(postern.data(), mail -> mail.to().contains(FRIEND)).size();
    }
}
