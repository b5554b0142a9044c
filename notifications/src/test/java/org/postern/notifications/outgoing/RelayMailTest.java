package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.Step;
import org.postern.notifications.LogLines;
import org.postern.notifications.outgoing.Relay.Encryption;
import org.postern.notifications.outgoing.TestRelay.Received;
import org.postern.notifications.outgoing.TestRelay.Refusal;

class RelayMailTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final SSLSocketFactory DEFAULT_TRUST =
            (SSLSocketFactory) SSLSocketFactory.getDefault();

    private static TestCertificates certificates;

    private final List<Step> steps = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void anAuthority(@TempDir Path folder) throws Exception {
        certificates = new TestCertificates(folder);
    }

    @Test
    void aMailArrivesAsItIsWithItsEnvelope() throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            String content = "Subject: Ü\r\n\r\n.\r\n..dots\r\nend.\r\n";

            assertThat(plainTo(relay.port()).hand(mail("pat@example.org", content)))
                    .isInstanceOf(Handed.Accepted.class);

            assertThat(relay.received)
                    .singleElement()
                    .satisfies(received -> {
                        assertThat(received.reversePath()).isEqualTo("notices@example.com");
                        assertThat(received.forwardPath()).isEqualTo("pat@example.org");
                        assertThat(received.content()).isEqualTo(content.getBytes(UTF_8));
                    });
            assertThat(steps).containsExactly(Step.MAIL_HANDED_OVER);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "mail.example.com, mail.example.com",
        "127.0.0.1, [127.0.0.1]",
        "::1, [IPv6:::1]",
        "[::1], [IPv6:::1]"
    })
    void weCallOurselvesByADomainOrAnAddressLiteral(String self, String helloName) {
        assertThat(Relay.at("localhost", 25, self).helloName()).isEqualTo(helloName);
    }

    @Test
    void aMailWithoutReturnHasTheNullReversePath() throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            plainTo(relay.port())
                    .hand(
                            new OutgoingMessage(
                                    Optional.empty(),
                                    EmailAddress.parse("pat@example.org"),
                                    "A: b\r\n\r\n".getBytes(UTF_8)));

            assertThat(relay.received.getFirst().reversePath()).isEmpty();
        }
    }

    @Test
    void mailsFollowEachOtherOverOneConnection() throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            RelayMail mails = plainTo(relay.port());

            mails.hand(mail("pat@example.org", "Subject: one\r\n\r\n"));
            mails.hand(mail("kim@example.org", "Subject: two\r\n\r\n"));

            assertThat(relay.received)
                    .extracting(Received::client)
                    .hasSize(2)
                    .containsOnly(relay.received.getFirst().client());
            assertThat(relay.received)
                    .extracting(Received::forwardPath)
                    .containsExactly("pat@example.org", "kim@example.org");
        }
    }

    @Test
    void aMailAfterARefusedOneHasAConnectionOfItsOwn() throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            RelayMail mails = plainTo(relay.port());
            mails.hand(mail());
            relay.toRcpt = Optional.of(new Refusal(550, "5.1.1 no such user"));
            mails.hand(mail());
            relay.toRcpt = Optional.empty();

            assertThat(mails.hand(mail())).isEqualTo(new Handed.Accepted());

            assertThat(relay.received).extracting(Received::client).doesNotHaveDuplicates();
        }
    }

    @Test
    void aConnectionThatTheRelayGaveUpMeanwhileIsMadeAnew() throws Exception {
        RelayMail mails;
        int port;
        try (TestRelay before = TestRelay.plain()) {
            port = before.port();
            mails = plainTo(port);
            mails.hand(mail());
        }
        try (TestRelay restarted = TestRelay.plainAt(port)) {
            assertThat(mails.hand(mail())).isEqualTo(new Handed.Accepted());
            assertThat(restarted.received).hasSize(1);
        }
    }

    @Test
    void aConnectionWithoutMailIsClosedAfterSomeSeconds() throws Exception {
        try (ScriptedRelay relay =
                new ScriptedRelay(
                        "220 relay",
                        "250 relay",
                        "250 ok",
                        "250 ok",
                        "354 go",
                        ScriptedRelay.CONTENT,
                        "250 queued",
                        "221 bye")) {
            plainTo(relay.port()).hand(mail());
            assertThat(relay.heard).doesNotContain("QUIT");

            await().atMost(Duration.ofSeconds(30)).until(() -> relay.heard.contains("QUIT"));
        }
    }

    @ParameterizedTest
    @CsvSource({"421", "450", "451", "452"})
    void aRelayThatDefersIsAskedAgain(int code) throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            Handed later = new Handed.Deferred("deferred-" + code);
            relay.toRcpt = Optional.of(new Refusal(code, "4.2.1 greylisted"));
            assertThat(plainTo(relay.port()).hand(mail())).isEqualTo(later);

            relay.toRcpt = Optional.empty();
            relay.toContent = Optional.of(new Refusal(code, "4.3.0 later"));
            assertThat(plainTo(relay.port()).hand(mail())).isEqualTo(later);
            assertThat(steps).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"550", "553", "554"})
    void aRelayThatRefusesRecipientOrContentIsNotAskedAgain(int code) throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            relay.toRcpt = Optional.of(new Refusal(code, "5.1.1 no such user"));
            assertThat(plainTo(relay.port()).hand(mail()))
                    .isEqualTo(new Handed.Refused("refused-" + code + "-5.1.1"));

            relay.toRcpt = Optional.empty();
            relay.toContent = Optional.of(new Refusal(code, "5.7.1 spam"));
            assertThat(plainTo(relay.port()).hand(mail()))
                    .isEqualTo(new Handed.Refused("refused-" + code + "-5.7.1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such user", "5.1.1.1 is an address", "4.1.1 later?", "5.1. broken"})
    void aRefusalWithoutAnEnhancedCodeHasItsCodeAlone(String text) throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            relay.toRcpt = Optional.of(new Refusal(550, text));
            assertThat(plainTo(relay.port()).hand(mail()))
                    .isEqualTo(new Handed.Refused("refused-550"));
        }
    }

    @ParameterizedTest
    @CsvSource({"530", "550", "553"})
    void aRelayThatRefusesUsHoldsTheMailUpAndLosesNone(int code) throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            relay.toMail = Optional.of(new Refusal(code, "5.7.0 authenticate first"));
            assertThat(plainTo(relay.port()).hand(mail()))
                    .isEqualTo(new Handed.Deferred("deferred-" + code));
        }
    }

    @Test
    void fiveFiveTwoToRcptIsTooManyRecipientsAndNotForever() throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            relay.toRcpt = Optional.of(new Refusal(552, "too many recipients"));
            assertThat(plainTo(relay.port()).hand(mail()))
                    .isEqualTo(new Handed.Deferred("deferred-552"));
        }
    }

    @Test
    void whatTheRelaySaysIsNeitherReportedNorLogged() throws Exception {
        try (TestRelay relay = TestRelay.plain();
                LogLines log = new LogLines()) {
            relay.toRcpt = Optional.of(new Refusal(550, "CANARY pat@example.org"));
            Handed handed =
                    new RelayMail(
                                    Relay.at("localhost", relay.port(), "localhost"),
                                    DEFAULT_TRUST,
                                    PATIENCE,
                                    steps::add)
                            .hand(mail());

            assertThat(handed.toString()).doesNotContain("CANARY", "pat");
            assertThat(log.lines())
                    .filteredOn(line -> !line.startsWith("org.subethamail"))
                    .noneMatch(line -> line.contains("CANARY"));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 6})
    void aRelayThatHangsUpAnywhereHasNotAccepted(int after) throws Exception {
        String[] script = acceptingScript();
        script[after] = "HANG UP";
        try (ScriptedRelay relay = new ScriptedRelay(script)) {
            assertThat(plainTo(relay.port()).hand(mail()))
                    .isEqualTo(new Handed.Deferred("relay-hung-up"));
        }
        assertThat(steps).isEmpty();
    }

    @Test
    void aRelayThatFallsSilentIsLeft() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay("220 relay", "250 relay", "SILENCE")) {
            assertThat(plainTo(relay.port(), Duration.ofMillis(300)).hand(mail()))
                    .isEqualTo(new Handed.Deferred("relay-hung-up"));
        }
    }

    @Test
    void theLastReplyIsWaitedForLongerThanOthersAndNotForEver() throws Exception {
        String[] late = acceptingScript();
        late[6] = "LATE 250 queued";
        try (ScriptedRelay relay = new ScriptedRelay(late)) {
            assertThat(plainTo(relay.port(), Duration.ofSeconds(1)).hand(mail()))
                    .isEqualTo(new Handed.Accepted());
        }
        String[] never = acceptingScript();
        never[6] = "SILENCE";
        try (ScriptedRelay relay = new ScriptedRelay(never)) {
            assertThat(plainTo(relay.port(), Duration.ofMillis(300)).hand(mail()))
                    .isEqualTo(new Handed.Deferred("relay-hung-up"));
        }
    }

    @Test
    void aRelayThatHangsUpAfterItAcceptedHasAccepted() throws Exception {
        String[] script = Arrays.copyOf(acceptingScript(), 8);
        script[7] = "HANG UP";
        try (ScriptedRelay relay = new ScriptedRelay(script)) {
            assertThat(plainTo(relay.port()).hand(mail())).isEqualTo(new Handed.Accepted());
        }
    }

    @Test
    void aRelayThatIsNotThereIsAskedAgain() throws Exception {
        int port;
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = nobody.getLocalPort();
        }
        assertThat(plainTo(port).hand(mail())).isEqualTo(new Handed.Deferred("relay-away"));
    }

    @Test
    void aBadGreetingIsATransientFault() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay("554 go away")) {
            assertThat(plainTo(relay.port()).hand(mail()))
                    .isEqualTo(new Handed.Deferred("deferred-554"));
        }
    }

    @Test
    void overStartTlsTheMailArrivesWhenTheCertificateIsGenuine() throws Exception {
        try (TestRelay relay =
                TestRelay.withStartTls(certificates.server("-ext", "san=dns:localhost"))) {
            assertThat(startTlsTo(relay.port(), certificates.trust()).hand(mail()))
                    .isEqualTo(new Handed.Accepted());
            assertThat(relay.received).hasSize(1);
            assertThat(relay.received.getFirst().overTls()).isTrue();

            assertThat(startTlsTo(relay.port(), DEFAULT_TRUST).hand(mail()))
                    .as("to whom nobody vouches for it")
                    .isEqualTo(new Handed.Deferred("relay-tls-failed"));
            assertThat(relay.received).hasSize(1);
        }
    }

    @Test
    void overImplicitTlsTheMailArrivesToo() throws Exception {
        try (TestRelay relay =
                TestRelay.withImplicitTls(certificates.server("-ext", "san=dns:localhost"))) {
            RelayMail mail =
                    new RelayMail(
                            new Relay(
                                    "localhost",
                                    relay.port(),
                                    Encryption.IMPLICIT_TLS,
                                    "localhost"),
                            certificates.trust(),
                            PATIENCE,
                            steps::add);
            assertThat(mail.hand(mail())).isEqualTo(new Handed.Accepted());
            assertThat(relay.received).hasSize(1);
        }
    }

    @Test
    void aCertificateForAnotherNameGetsNoMail() throws Exception {
        try (TestRelay relay =
                TestRelay.withStartTls(certificates.server("-ext", "san=dns:else.example"))) {
            assertThat(startTlsTo(relay.port(), certificates.trust()).hand(mail()))
                    .isEqualTo(new Handed.Deferred("relay-tls-failed"));
            assertThat(relay.received).isEmpty();
        }
    }

    @Test
    void anExpiredCertificateGetsNoMail() throws Exception {
        SSLContext expired =
                certificates.server(
                        "-ext", "san=dns:localhost", "-startdate", "-10d", "-validity", "1");
        try (TestRelay relay = TestRelay.withStartTls(expired)) {
            assertThat(startTlsTo(relay.port(), certificates.trust()).hand(mail()))
                    .isEqualTo(new Handed.Deferred("relay-tls-failed"));
            assertThat(relay.received).isEmpty();
        }
    }

    @Test
    void aRelayWhoseStartTlsWasStrippedGetsNoMail() throws Exception {
        try (TestRelay relay = TestRelay.plain()) {
            assertThat(startTlsTo(relay.port(), DEFAULT_TRUST).hand(mail()))
                    .isEqualTo(new Handed.Deferred("relay-without-starttls"));
            assertThat(relay.received).isEmpty();
        }
    }

    @Test
    void onlyLoopbackMayGoWithoutTls() {
        assertThat(Relay.at("127.0.0.1", 2525, "localhost").encryption())
                .isEqualTo(Encryption.NONE);
        assertThat(Relay.at("relay.example", 587, "localhost").encryption())
                .isEqualTo(Encryption.STARTTLS);
        assertThat(Relay.at("relay.example", 465, "localhost").encryption())
                .isEqualTo(Encryption.IMPLICIT_TLS);
        assertThat(Relay.at("localhost.example", 25, "localhost").encryption())
                .isEqualTo(Encryption.STARTTLS);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Relay("relay.example", 25, Encryption.NONE, "localhost"));
    }

    @Test
    void anAddressInAnotherAlphabetIsSentWithSmtpUtf8() throws Exception {
        String[] script = acceptingScript();
        script[1] = "250-relay\r\n250 SMTPUTF8";
        try (ScriptedRelay relay = new ScriptedRelay(script)) {
            assertThat(
                            plainTo(relay.port())
                                    .hand(mail("zoë@example.org", "To: zoë@example.org\r\n\r\n")))
                    .isEqualTo(new Handed.Accepted());
            assertThat(relay.heard)
                    .contains(
                            "MAIL FROM:<notices@example.com> SMTPUTF8",
                            "RCPT TO:<zoë@example.org>",
                            "To: zoë@example.org");
        }
    }

    @Test
    void aRelayWithoutSmtpUtf8CannotHaveSuchAMail() throws Exception {
        try (ScriptedRelay relay = new ScriptedRelay(acceptingScript())) {
            assertThat(plainTo(relay.port()).hand(mail("zoë@example.org", "A: b\r\n\r\n")))
                    .isEqualTo(new Handed.Refused("relay-without-smtputf8"));
            assertThat(relay.heard).noneMatch(line -> line.startsWith("MAIL"));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "true, REQUIRETLS, ' REQUIRETLS'",
        // our mail holds nothing of what must not be read: it goes on over TLS all the same
        "true, 8BITMIME, ''",
        "false, REQUIRETLS, ''"
    })
    void aWishForTlsGoesOnWhereTheRelayUnderstandsIt(
            boolean required, String keyword, String parameter) throws Exception {
        String[] script = acceptingScript();
        script[1] = "250-relay\r\n250 " + keyword;
        try (ScriptedRelay relay =
                ScriptedRelay.withImplicitTls(
                        certificates.server("-ext", "san=dns:localhost"), script)) {
            RelayMail overTls =
                    new RelayMail(
                            new Relay(
                                    "localhost",
                                    relay.port(),
                                    Encryption.IMPLICIT_TLS,
                                    "localhost"),
                            certificates.trust(),
                            PATIENCE,
                            steps::add);
            assertThat(overTls.hand(mail().requiringTls(required)))
                    .isEqualTo(new Handed.Accepted());
            assertThat(relay.heard).contains("MAIL FROM:<notices@example.com>" + parameter);
        }
    }

    @Test
    void aWishForTlsIsNotMadeInClear() throws Exception {
        String[] script = acceptingScript();
        script[1] = "250-relay\r\n250 REQUIRETLS";
        try (ScriptedRelay relay = new ScriptedRelay(script)) {
            assertThat(plainTo(relay.port()).hand(mail().requiringTls(true)))
                    .isEqualTo(new Handed.Accepted());
            assertThat(relay.heard).contains("MAIL FROM:<notices@example.com>");
        }
    }

    private static String[] acceptingScript() {
        return new String[] {
            "220 relay",
            "250 relay",
            "250 ok",
            "250 ok",
            "354 go on",
            ScriptedRelay.CONTENT,
            "250 queued"
        };
    }

    private RelayMail plainTo(int port) {
        return plainTo(port, PATIENCE);
    }

    private RelayMail plainTo(int port, Duration patience) {
        return new RelayMail(
                Relay.at("localhost", port, "localhost"), DEFAULT_TRUST, patience, steps::add);
    }

    private RelayMail startTlsTo(int port, SSLSocketFactory trust) {
        return new RelayMail(
                new Relay("localhost", port, Encryption.STARTTLS, "localhost"),
                trust,
                PATIENCE,
                steps::add);
    }

    private static OutgoingMessage mail() throws MalformedAddressException {
        return mail("pat@example.org", "Subject: hello\r\n\r\nhello\r\n");
    }

    private static OutgoingMessage mail(String to, String content)
            throws MalformedAddressException {
        return new OutgoingMessage(
                Optional.of(EmailAddress.parse("notices@example.com")),
                EmailAddress.parse(to),
                content.getBytes(UTF_8));
    }
}
