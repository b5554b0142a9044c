package org.postern.db;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeTest {

    @Test
    void anEnvelopeIsReadAsItWasWritten() throws Exception {
        Envelope envelope =
                new Envelope(
                        TestValues.tenant(),
                        Optional.of(new ConnectorId(UUID.randomUUID())),
                        Optional.of(EmailAddress.parse("\"a \\\"b\\\"\"@example.com")),
                        Optional.of(EmailAddress.parse("änne😀@bücher.example")),
                        List.of(
                                new Envelope.Recipient(
                                        EmailAddress.parse("Bob@example.net"),
                                        Optional.of("SUCCESS,DELAY"),
                                        Optional.of("rfc822;bob@example.net")),
                                new Envelope.Recipient(
                                        EmailAddress.parse("用户@例子.example"),
                                        Optional.empty(),
                                        Optional.empty())),
                        Optional.of("QQ314159"),
                        Instant.parse("2026-03-01T12:00:00.123456789Z"),
                        Optional.of(
                                new ReadingTerms(
                                        Instant.parse("2026-03-15T12:00:00Z"),
                                        Instant.parse("2026-03-29T12:00:00Z"),
                                        true,
                                        false)),
                        true,
                        Optional.empty(),
                        PhoneNumber.parse("+49 171 1234567"));

        assertThat(Envelope.decode(envelope.encode())).isEqualTo(envelope);
        assertThat(envelope.lock()).contains(LockKind.PHONE);
    }

    @Test
    void anEnvelopeOfAnOlderReleaseDoesNotRequireTls() {
        Envelope envelope = bounce(List.of());
        String older =
                new String(envelope.encode(), UTF_8).replaceFirst(",?\"requireTls\":false", "");

        assertThat(older).doesNotContain("requireTls");
        assertThat(Envelope.decode(older.getBytes(UTF_8))).isEqualTo(envelope);
    }

    @Test
    void anEnvelopeOfAnOlderReleaseNamesNoPhone() {
        Envelope envelope = bounce(List.of());
        String older = new String(envelope.encode(), UTF_8).replaceFirst(",?\"phone\":null", "");

        assertThat(older).doesNotContain("phone");
        assertThat(Envelope.decode(older.getBytes(UTF_8))).isEqualTo(envelope);
    }

    @Test
    void aBounceHasNoReversePathAndAReplyNoConnector() throws Exception {
        Envelope envelope = bounce(List.of());

        Envelope read = Envelope.decode(envelope.encode());

        assertThat(read).isEqualTo(envelope);
        assertThat(read.reversePath()).isEmpty();
        assertThat(read.author()).isEmpty();
        assertThat(read.connector()).isEmpty();
    }

    @Test
    void aThousandRecipientsAreReadInTheirOrder() throws Exception {
        List<Envelope.Recipient> recipients = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            recipients.add(recipient("r" + i + "@example.com"));
        }

        assertThat(Envelope.decode(bounce(recipients).encode()).recipients()).isEqualTo(recipients);
    }

    @Test
    void recipientsAddedLaterAreNotInTheEnvelope() throws Exception {
        List<Envelope.Recipient> recipients = new ArrayList<>(List.of(recipient("a@example.com")));
        Envelope envelope = bounce(recipients);

        recipients.add(recipient("b@example.com"));

        assertThat(envelope.recipients()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "\"x\"", "{\"tenant\":7}"})
    void whatIsNoEnvelopeIsADefect(String bytes) {
        assertThatThrownBy(() -> Envelope.decode(bytes.getBytes(UTF_8)))
                .satisfies(e -> assertThat(e.getClass().getName()).startsWith("tools.jackson."));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, false, true",
                "NEVER, false, false",
                "SUCCESS, true, false",
                "FAILURE, false, true",
                "DELAY, false, false",
                "'SUCCESS,DELAY', true, false",
                "'DELAY,FAILURE,SUCCESS', true, true"
            })
    void aSenderIsToldWhatHeAskedForAndWithoutAWishOfFailureAlone(
            @Nullable String notifyOn, boolean success, boolean failure) throws Exception {
        Envelope.Recipient recipient =
                new Envelope.Recipient(
                        EmailAddress.parse("a@example.com"),
                        Optional.ofNullable(notifyOn),
                        Optional.empty());

        assertThat(recipient.wantsSuccess()).isEqualTo(success);
        assertThat(recipient.wantsFailure()).isEqualTo(failure);
    }

    @Test
    void anEnvelopePrintsNobody() throws Exception {
        Envelope envelope = bounce(List.of(recipient("canary@example.com")));

        assertThat(envelope.toString()).doesNotContain("canary").contains("recipients=1");
        assertThat(envelope.recipients().toString()).doesNotContain("canary");
    }

    private static Envelope bounce(List<Envelope.Recipient> recipients) {
        return new Envelope(
                TestValues.tenant(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                recipients,
                Optional.empty(),
                TestValues.NOW,
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
    }

    private static Envelope.Recipient recipient(String address) throws MalformedAddressException {
        return new Envelope.Recipient(
                EmailAddress.parse(address), Optional.empty(), Optional.empty());
    }
}
