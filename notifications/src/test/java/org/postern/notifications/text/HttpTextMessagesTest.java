package org.postern.notifications.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.PhoneNumber;
import org.postern.notifications.LogLines;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.outgoing.TestCertificates;
import org.postern.notifications.text.TextService.Seen;

/// How a text message leaves, to a real HTTP server.
class HttpTextMessagesTest {

    private static final PhoneNumber PHONE = new PhoneNumber("+491711234567");
    private static final String TEXT = "123456 is the PIN for a message from \"Example\" Clinic.";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir private Path folder;
    private Path token;

    @BeforeEach
    void writeTheToken() throws Exception {
        token = Files.writeString(folder.resolve("token"), "token-of-the-test\n");
    }

    @Test
    void aTextMessageIsPostedAsJsonUnderTlsWithTheToken() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        try (TextService service =
                TextService.overTls(certificates.server("-ext", "san=dns:localhost"))) {
            HttpTextMessages messages =
                    new HttpTextMessages(
                            service.address(),
                            token,
                            Optional.of("Clinic"),
                            certificates.trustingContext(),
                            PATIENCE);

            assertThat(messages.send(PHONE, TEXT)).isEqualTo(new Outcome.Done());

            assertThat(service.seen())
                    .containsExactly(
                            new Seen(
                                    "POST",
                                    "/send",
                                    "Bearer token-of-the-test",
                                    "{\"to\":\"+491711234567\",\"text\":\"123456 is the PIN for a"
                                            + " message from \\\"Example\\\""
                                            + " Clinic.\",\"from\":\"Clinic\"}"));
        }
    }

    @Test
    void aServiceForWhichNobodyVouchesHearsNothing() throws Exception {
        TestCertificates certificates = new TestCertificates(folder);
        try (TextService service =
                        TextService.overTls(certificates.server("-ext", "san=dns:localhost"));
                TextService another =
                        TextService.overTls(certificates.server("-ext", "san=dns:sms.example"))) {
            assertThat(messages(service, PATIENCE).send(PHONE, TEXT))
                    .isInstanceOf(Outcome.Retry.class);
            assertThat(
                            new HttpTextMessages(
                                            another.address(),
                                            token,
                                            Optional.empty(),
                                            certificates.trustingContext(),
                                            PATIENCE)
                                    .send(PHONE, TEXT))
                    .as("a certificate for another name")
                    .isInstanceOf(Outcome.Retry.class);

            assertThat(service.seen()).isEmpty();
            assertThat(another.seen()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sms.example/send",
                "http://192.0.2.1/send",
                "ftp://localhost/send",
                "https:///send",
                "mailto:sms@example.com"
            })
    void withoutTlsOnlyThisMachineIsSpokenTo(String address) {
        assertThat(HttpTextMessages.isPrivate(URI.create(address))).isFalse();
        assertThatThrownBy(() ->
                        HttpTextMessages.at(
                                URI.create(address),
                                token,
                                Optional.empty(),
                                SSLContext.getDefault()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining(address);
    }

    @Test
    void aTokenThatWasRenewedCounts() throws Exception {
        try (TextService service = TextService.plain()) {
            HttpTextMessages messages = messages(service, PATIENCE);
            messages.send(PHONE, TEXT);
            Files.writeString(token, "another");
            messages.send(PHONE, TEXT);
            Files.delete(token);

            assertThat(messages.send(PHONE, TEXT)).isInstanceOf(Outcome.Retry.class);
            assertThat(service.seen())
                    .extracting(Seen::authorization)
                    .containsExactly("Bearer token-of-the-test", "Bearer another");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {200, 201, 202, 204})
    void whatTheServiceTookIsSent(int status) throws Exception {
        assertThat(outcome(status)).isEqualTo(new Outcome.Done());
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 502, 503})
    void whatTheServiceCannotTakeNowIsTriedAgain(int status) throws Exception {
        assertThat(outcome(status)).isEqualTo(new Outcome.Retry("text-messages-status-" + status));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 422})
    void whatTheServiceDoesNotTakeIsFinal(int status) throws Exception {
        assertThat(outcome(status))
                .isEqualTo(new Outcome.Discard("text-messages-status-" + status));
    }

    @Test
    void noRedirectIsFollowed() throws Exception {
        try (TextService service = TextService.plain()) {
            service.answersNext(307);

            assertThat(messages(service, PATIENCE).send(PHONE, TEXT))
                    .isInstanceOf(Outcome.Discard.class);
            assertThat(service.seen()).extracting(Seen::path).containsExactly("/send");
        }
    }

    @Test
    void aServiceThatSaysNothingIsGivenUpAndTriedAgain() throws Exception {
        try (TextService service = TextService.plain()) {
            service.answersNext(TextService.SILENCE);

            assertThat(messages(service, Duration.ofMillis(300)).send(PHONE, TEXT))
                    .isEqualTo(new Outcome.Retry("text-messages-away"));
            assertThat(service.seen()).hasSize(1);
        }
    }

    @Test
    void nobodyWaitsForAnAnswerThatNeverEnds() throws Exception {
        try (TextService service = TextService.plain()) {
            service.answersNext(TextService.NO_END);

            assertThat(messages(service, PATIENCE).send(PHONE, TEXT)).isEqualTo(new Outcome.Done());
        }
    }

    @Test
    void aServiceThatIsAwayIsTriedAgain() throws Exception {
        assertThat(messages(gone(), PATIENCE).send(PHONE, TEXT))
                .isEqualTo(new Outcome.Retry("text-messages-away"));
    }

    @Test
    void neitherNumberNorTextNorTokenIsLogged() throws Exception {
        try (LogLines log = new LogLines();
                TextService service = TextService.plain()) {
            service.answersNext(400);
            service.answersNext(503);
            HttpTextMessages messages = messages(service, PATIENCE);
            for (int i = 0; i < 3; i++) {
                messages.send(PHONE, TEXT);
            }
            messages(gone(), PATIENCE).send(PHONE, TEXT);

            assertThat(log.lines())
                    .noneMatch(line ->
                            line.contains("1711234567")
                                    || line.contains("123456 is")
                                    || line.contains("token-of-the-test"));
            assertThat(messages.toString()).doesNotContain("send");
        }
    }

    private static TextService gone() throws Exception {
        TextService service = TextService.plain();
        service.close();
        return service;
    }

    private Outcome outcome(int status) throws Exception {
        try (TextService service = TextService.plain()) {
            service.answersNext(status);
            return messages(service, PATIENCE).send(PHONE, TEXT);
        }
    }

    private HttpTextMessages messages(TextService service, Duration patience) throws Exception {
        return new HttpTextMessages(
                service.address(), token, Optional.empty(), SSLContext.getDefault(), patience);
    }
}
