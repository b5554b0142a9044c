package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What every mail server with our files in front of Postern does.
@ExtendWith({DebianServer.OnDebianAsRoot.class, SharedPostern.Resolver.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class GatewayJourney {

    private static final String NURSE = "nurse@example.com";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Path folder;
    private SharedPostern postern;
    private OtherMailServer nextHop;
    private MailGateway gateway;
    private int sent;
    private int tries;

    abstract MailGateway gateway(Path folder, MailGateway.Neighbours neighbours) throws Exception;

    @BeforeAll
    void startAll(@TempDir Path folder, SharedPostern postern) throws Exception {
        this.folder = folder;
        this.postern = postern;
        nextHop = new OtherMailServer(0, Optional.empty());
        gateway =
                gateway(
                        Files.createDirectories(folder.resolve("gateway")),
                        new MailGateway.Neighbours(
                                postern.process().ports().smtp(), nextHop.port()));
        gateway.trust(certificateOfPostern());
        gateway.start();
    }

    @AfterAll
    void stopAll() throws Exception {
        try {
            if (gateway != null) {
                gateway.stop();
            }
        } finally {
            if (nextHop != null) {
                nextHop.close();
            }
        }
    }

    @Test
    void whatGoesThroughTheGatewayIsReadInThePortalAsItWasSent() throws Exception {
        String patient = recipient("patient");
        byte[] file = Mail.file(200_000, 1);
        try (SmtpSession smtp = SmtpSession.openInClear(gateway.everythingPort())) {
            assertThat(
                            smtp.send(
                                    NURSE,
                                    List.of(patient),
                                    Mail.withAttachment(
                                            NURSE,
                                            patient,
                                            "Your results",
                                            "Dear patient, here they are.\r\n.\r\n..",
                                            "results.pdf",
                                            file)))
                    .startsWith("250");
        }
        try (BrowserContext context = postern.browser().somebody(false)) {
            Reader reader = new Reader(postern.process(), patient, context);
            reader.followNotice();
            reader.signIn();
            String message = Reader.links(reader.inbox().getFirst(), "/m/[0-9a-f-]{36}").getFirst();
            String page = new String(reader.get(message), UTF_8);
            assertThat(page).contains("Your results", "Dear patient, here they are.");
            String download = Reader.links(page, message + "/attachment/[0-9]+").getFirst();
            assertThat(Mail.hash(reader.get(download))).isEqualTo(Mail.hash(file));
            assertThat(new String(reader.get(message + "/original"), UTF_8))
                    .contains("here they are.\r\n.\r\n..")
                    .doesNotContain("X-Postern");
        }
    }

    @Test
    void everythingThatComesInByOnePortGoesToPostern() throws Exception {
        String anybody = recipient("anybody");
        send(gateway.everythingPort(), "Not marked", anybody);
        awaitNotice(anybody);
        assertNotGivenToNextHop(anybody);
    }

    @Test
    void aRecipientWithTheAddressSuffixGetsItFromPostern() throws Exception {
        String suffixed = recipient("suffixed");
        send(gateway.port(), "Not marked", suffixed + ".encrypt.example.com");
        awaitNotice(suffixed);
        assertNotGivenToNextHop(suffixed);
    }

    @Test
    void aPartnersRecipientIsGivenTheSuffix() throws Exception {
        String colleague = recipient("colleague").replace("@example.org", "@partner.example.net");
        send(gateway.port(), "Not marked", colleague);
        awaitNotice(colleague);
        assertNotGivenToNextHop(colleague);
    }

    @Test
    void mailWithoutAMarkGoesItsOrdinaryWay() throws Exception {
        String friend = recipient("friend");
        List<String> subjects =
                List.of(
                        "Lunch",
                        "[list] lunch",
                        "[list] lunch [today]",
                        "=?utf-8?Q?Gr=C3=BC=C3=9Fe?=");
        for (String subject : subjects) {
            send(gateway.port(), subject, friend);
        }
        patiently().until(() -> givenToNextHop(friend).size() == subjects.size());
        patiently().until(() -> gateway.waiting() == 0);
        assertThat(notices(friend)).isZero();
    }

    @Test
    void aNoticeOfOursIsNotRoutedBack() throws Exception {
        String told = recipient("told");
        send(gateway.everythingPort(), "[Told]", told);
        awaitNotice(told);
        byte[] notice = notice(told);
        try (SmtpSession smtp = SmtpSession.openInClear(gateway.noticePort())) {
            // of all recipients one whose mail from others is rewritten
            assertThat(smtp.send(NURSE, List.of("notice@partner.example.net"), notice))
                    .startsWith("250");
        }
        patiently()
                .until(() ->
                        nextHop.messages().stream()
                                .anyMatch(mail -> mail.contains("X-Postern-Loop")));
        patiently().until(() -> gateway.waiting() == 0);
    }

    /// The hardest week of a gateway: Postern is away, others stand in its place, the gateway
    /// itself is started anew. Nothing is said to anybody but Postern, and the message arrives
    /// once.
    @Test
    void aMessageWaitsForPosternItselfAndArrivesOnce() throws Exception {
        String patience = recipient("patience");
        ServerCertificate stranger = ServerCertificate.of(folder, "localhost", "-1d", 30);
        ServerCertificate wrongName = ServerCertificate.of(folder, "mail.example.net", "-1d", 30);
        ServerCertificate expired = ServerCertificate.of(folder, "localhost", "-3d", 2);
        assertThat(postern.process().stop()).isZero();
        gateway.trust(certificateOfPostern() + wrongName.pem() + expired.pem());
        send(gateway.everythingPort(), "[Patience]", patience);
        patiently().until(() -> gateway.waiting() == 1);

        assertWaitsBefore(patience, Optional.empty());
        assertWaitsBefore(patience, Optional.of(stranger));
        assertWaitsBefore(patience, Optional.of(wrongName));
        gateway.stop();
        gateway.start();
        assertWaitsBefore(patience, Optional.of(expired));

        postern.startAgain();
        retryUntil(() -> notices(patience) > 0);
        patiently().until(() -> gateway.waiting() == 0);
        assertNotGivenToNextHop(patience);
        assertThat(notices(patience)).isOne();
    }

    /// Somebody stands in Postern's place, who presents this certificate or speaks no TLS at all.
    private void assertWaitsBefore(String recipient, Optional<ServerCertificate> certificate)
            throws Exception {
        try (OtherMailServer impostor =
                new OtherMailServer(
                        postern.process().ports().smtp(),
                        certificate.map(ServerCertificate::context))) {
            retryUntil(() -> impostor.visits() > 0);
            assertThat(impostor.messages()).isEmpty();
            assertThat(impostor.commands())
                    .isNotEmpty()
                    .allMatch(command -> command.matches("(EHLO|HELO) .*|STARTTLS|RSET|QUIT"));
        }
        assertThat(gateway.waiting()).isOne();
        assertThat(nextHop.messages()).noneMatch(mail -> mail.contains(recipient));
    }

    /// A server that has just failed may want a moment before it tries again.
    private void retryUntil(Callable<Boolean> condition) {
        tries = 0;
        patiently()
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> {
                    if (tries++ % 5 == 0) {
                        gateway.retry();
                    }
                    return condition.call();
                });
    }

    /// Marked mail, one message for each way to say it; the first line of each is its subject.
    final void assertLeadToPostern(List<String> subjects) throws Exception {
        for (int i = 0; i < subjects.size(); i++) {
            send(gateway.port(), subjects.get(i), recipient("marked" + i));
        }
        for (int i = 0; i < subjects.size(); i++) {
            awaitNotice(recipient("marked" + i));
            assertNotGivenToNextHop(recipient("marked" + i));
        }
    }

    /// Somebody to whom no other journey writes.
    private String recipient(String name) {
        return name + "." + getClass().getSimpleName().toLowerCase(Locale.ROOT) + "@example.org";
    }

    private void send(int port, String subject, String recipient) throws Exception {
        try (SmtpSession smtp = SmtpSession.openInClear(port)) {
            assertThat(
                            smtp.send(
                                    NURSE,
                                    List.of(recipient),
                                    Mail.withAttachment(
                                            NURSE,
                                            recipient,
                                            subject,
                                            "Text.",
                                            "a.pdf",
                                            Mail.file(100, 100 + sent++))))
                    .startsWith("250");
        }
    }

    private void awaitNotice(String recipient) {
        patiently()
                .alias("a notice to " + recipient)
                .until(() -> notices(recipient), count -> count > 0);
    }

    /// The notice to this recipient, as it left.
    private byte[] notice(String recipient) throws Exception {
        for (Path mail : postern.process().outbox()) {
            byte[] content = Files.readAllBytes(mail);
            if (new String(content, UTF_8).contains(recipient)) {
                return content;
            }
        }
        throw new AssertionError("no notice to " + recipient);
    }

    private int notices(String recipient) throws Exception {
        return Reader.mails(postern.process().data(), entry -> entry.to().contains(recipient))
                .size();
    }

    private void assertNotGivenToNextHop(String recipient) {
        assertThat(givenToNextHop(recipient)).isEmpty();
    }

    private List<String> givenToNextHop(String recipient) {
        Predicate<String> toHim = mail -> mail.contains("\r\nTo: " + recipient);
        return nextHop.messages().stream().filter(toHim).toList();
    }

    private String certificateOfPostern() throws Exception {
        return Files.readString(postern.process().data().resolve("tls/certificate.pem"));
    }

    private static ConditionFactory patiently() {
        return await().atMost(PATIENCE);
    }
}
