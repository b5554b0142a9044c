package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.PasswordHash;
import org.postern.db.Envelope;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.ReadingTerms;
import org.postern.db.store.MailRules;

/// What a sender may ask of one message.
class IntakeTermsTest {

    private static final String MARKED = "From: nurse@example.com\r\nSubject: [Your results]\r\n";

    @TempDir Path folder;

    private static String reply(IntakeUnderTest door, String header) throws IOException {
        try (SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            return client.data(header + "\r\nx\r\n");
        }
    }

    private static ReadingTerms terms(IntakeUnderTest door) throws IOException {
        try (SpoolReader.Opened opened = door.spool().only()) {
            return opened.envelope().terms().orElseThrow();
        }
    }

    private static Instant acceptedAt(IntakeUnderTest door) throws IOException {
        try (SpoolReader.Opened opened = door.spool().only()) {
            Envelope envelope = opened.envelope();
            return envelope.acceptedAt();
        }
    }

    @Test
    void aMessageThatAsksForNothingIsKeptAsLongAsItsTenantKeepsMessages() throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, MARKED)).startsWith("250");
            ReadingTerms terms = terms(door);
            assertThat(Duration.between(acceptedAt(door), terms.refusedFrom()))
                    .isEqualTo(Duration.ofDays(365));
            assertThat(Duration.between(terms.refusedFrom(), terms.deletedFrom()))
                    .isEqualTo(Duration.ofDays(14));
            assertThat(terms.readOnce()).isFalse();
            assertThat(terms.noForward()).isFalse();
        }
    }

    @Test
    void aTenantMayKeepMessagesForLess() throws IOException {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(false)
                                .withRules(
                                        new MailRules(
                                                List.of(MailRules.Brackets.SQUARE),
                                                List.of(),
                                                List.of(),
                                                false,
                                                new MailRules.Keeping(30, 0))));
        try (IntakeUnderTest door = new IntakeUnderTest(folder, setup)) {
            assertThat(reply(door, MARKED + "X-Postern-Expires: P31D\r\n"))
                    .startsWith("554 5.6.0 X-Postern-Expires asks for");
            assertThat(door.spool().files()).isEmpty();
            assertThat(reply(door, MARKED)).startsWith("250");
            ReadingTerms terms = terms(door);
            assertThat(Duration.between(acceptedAt(door), terms.refusedFrom()))
                    .isEqualTo(Duration.ofDays(30));
            assertThat(terms.deletedFrom()).isEqualTo(terms.refusedFrom());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "X-Postern-Expires: P14D|14",
                "x-postern-expires: p2w|14",
                "X-Postern-Expires:  P1D |1",
                "Subject: [Your results #expires=7d]|7",
                "Subject: [Your results] #Expires=7d|7",
                "Subject: #expires=7d [Your results]|7",
                "Subject: [Your results #expires=7d]\\r\\nX-Postern-Expires: P3D|3",
            })
    void aMessageIsReadableForAsLongAsItsSenderSays(String header, int days) throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            String marked =
                    header.startsWith("Subject:")
                            ? "From: nurse@example.com\r\n" + header + "\r\n"
                            : MARKED + header + "\r\n";
            assertThat(reply(door, marked.replace("\\r\\n", "\r\n"))).startsWith("250");
            assertThat(Duration.between(acceptedAt(door), terms(door).refusedFrom()))
                    .isEqualTo(Duration.ofDays(days));
        }
    }

    @Test
    void aDateIsTheLastDayOnWhichItCanBeRead() throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            String day = Instant.now().plus(Duration.ofDays(40)).toString().substring(0, 10);
            assertThat(reply(door, MARKED + "X-Postern-Expires: " + day + "\r\n"))
                    .startsWith("250");
            assertThat(terms(door).refusedFrom())
                    .isEqualTo(Instant.parse(day + "T00:00:00Z").plus(Duration.ofDays(1)));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Read-Once: yes\r\nX-Postern-No-Forward: true\r\nSubject: [a]\r\n",
                "X-Postern-Read-Once: Yes\r\nSubject: [a #no-forward]\r\n"
            })
    void aMessageCanBeForOneReadingAndNotToBePassedOn(String fields) throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, "From: nurse@example.com\r\n" + fields)).startsWith("250");
            assertThat(terms(door).readOnce()).isTrue();
            assertThat(terms(door).noForward()).isTrue();
            try (SpoolReader.Opened opened = door.spool().only()) {
                assertThat(new String(opened.bytes(), StandardCharsets.US_ASCII))
                        .doesNotContainIgnoringCase("x-postern");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Expires: soon",
                "X-Postern-Expires: P-3D",
                "X-Postern-Expires: PT36H",
                "X-Postern-Expires: 31.01.2027",
                "X-Postern-Expires: P3D\r\nX-Postern-Expires: P5D",
                "X-Postern-Read-Once: perhaps",
                "X-Postern-No-Forward: yes\r\nX-Postern-No-Forward: no",
            })
    void anOptionThatSaysNothingKnownIsRefusedWithAdvice(String field) throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, MARKED + field + "\r\n"))
                    .startsWith("554 5.6.0")
                    .contains("P14D or 2027-01-31")
                    .endsWith("nothing was sent");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Expires: PT0S",
                "X-Postern-Expires: P0D",
                "X-Postern-Expires: 2020-01-01",
                "X-Postern-Expires: P400D",
                "X-Postern-Expires: P999999999Y"
            })
    void aTimeThatIsTooShortOrLongerThanItsTenantKeepsMessagesIsRefused(String field)
            throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, MARKED + field + "\r\n")).startsWith("554 5.6.0");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Postern-Pin: 1234", "X-Postern-Expire: P3D", "x-postern-x: y"})
    void anOptionThatIsNotKnownIsRefusedAndNeverIgnored(String field) throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, MARKED + field + "\r\n"))
                    .isEqualTo(
                            "554 5.6.0 A field beginning with X-Postern asks for something that is"
                                    + " not known here; nothing was sent");
        }
    }

    @Test
    void aPasswordIsKeptAsItsHashAloneAndGoesNoFurther() throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(
                            reply(
                                    door,
                                    MARKED
                                            + "X-Postern-Password: =?utf-8?Q?T=C3=BCrkis_3?=\r\n"
                                            + "X-Postern-Password-Hint: Our colour\r\n"))
                    .startsWith("250");
            try (SpoolReader.Opened opened = door.spool().only()) {
                MessagePassword password = opened.envelope().password().orElseThrow();
                assertThat(PasswordHash.matches(password.hash(), "T\u00fcrkis 3")).isTrue();
                assertThat(password.hint()).contains("Our colour");
                assertThat(new String(opened.envelope().encode(), StandardCharsets.UTF_8))
                        .doesNotContain("rkis");
                assertThat(new String(opened.bytes(), StandardCharsets.UTF_8))
                        .doesNotContainIgnoringCase("x-postern")
                        .doesNotContain("rkis");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Password: short",
                "X-Postern-Password:",
                "X-Postern-Password-Hint: alone",
                "X-Postern-Password: twice twice\r\nX-Postern-Password: twice twice",
                "X-Postern-Password: secret word\r\nX-Postern-Password-Hint: not secret word",
            })
    void aPasswordThatCannotBeSetIsRefusedWithAdvice(String fields) throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, MARKED + fields + "\r\n"))
                    .startsWith("554 5.6.0 X-Postern-Password takes 6 to 128 characters")
                    .endsWith("nothing was sent");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    private IntakeUnderTest withTextMessages() {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.textMessages = true;
        return new IntakeUnderTest(folder, setup);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Phone: +49 171 1234567",
                "x-postern-phone: 0049 (171) 123-45-67",
                "X-Postern-Phone: +49 171\r\n 1234567\r\nX-Postern-Expires: P3D",
            })
    void aPhoneIsKeptSealedAndGoesNoFurther(String fields) throws IOException {
        try (IntakeUnderTest door = withTextMessages()) {
            assertThat(reply(door, MARKED + fields + "\r\n")).startsWith("250");
            try (SpoolReader.Opened opened = door.spool().only()) {
                assertThat(opened.envelope().phone()).contains(new PhoneNumber("+491711234567"));
                assertThat(new String(opened.bytes(), StandardCharsets.UTF_8))
                        .doesNotContainIgnoringCase("x-postern")
                        .doesNotContain("171");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Phone: 0171 1234567",
                "X-Postern-Phone: +49 (0)171 1234567",
                "X-Postern-Phone: +123456",
                "X-Postern-Phone:",
                "X-Postern-Phone: +49 171 1234567, +49 171 1234568",
                "X-Postern-Phone: +49 171 1234567\r\nX-Postern-Phone: +49 171 1234567",
            })
    void aPhoneThatNobodyCanDialIsRefusedWithAdvice(String fields) throws IOException {
        try (IntakeUnderTest door = withTextMessages()) {
            assertThat(reply(door, MARKED + fields + "\r\n"))
                    .isEqualTo(
                            "554 5.6.0 X-Postern-Phone takes one number with its country, such as"
                                    + " +49 171 1234567, without (0); nothing was sent");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"X-Postern-Password: Tulips at noon", "X-Postern-Password-Hint: Flowers"})
    void aMessageHasAPasswordOrAPhone(String field) throws IOException {
        try (IntakeUnderTest door = withTextMessages()) {
            assertThat(
                            reply(
                                    door,
                                    MARKED
                                            + "X-Postern-Phone: +49 171 1234567\r\n"
                                            + field
                                            + "\r\n"))
                    .isEqualTo(
                            "554 5.6.0 A message has a password or a phone, so leave"
                                + " X-Postern-Password or X-Postern-Phone out; nothing was sent");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @Test
    void aPhoneIsRefusedWhereNothingCanSendToIt() throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, MARKED + "X-Postern-Phone: +49 171 1234567\r\n"))
                    .isEqualTo(
                            "554 5.6.0 X-Postern-Phone asks for a text message to a phone, and no"
                                    + " service that sends them is set up here; nothing was sent");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @Test
    void aPhoneInTheSubjectIsAWordLikeAnyOther() throws IOException {
        try (IntakeUnderTest door = withTextMessages()) {
            assertThat(reply(door, MARKED.replace("results", "#phone=+491711234567")))
                    .startsWith("250");
            try (SpoolReader.Opened opened = door.spool().only()) {
                assertThat(opened.envelope().phone()).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Postern-Expires: P3D\r\nSubject: plain",
                "X-Postern-Phone: +49 171 1234567\r\nSubject: plain",
                "X-Postern-Password: secret word\r\nSubject: plain",
                "Subject: plain #read-once",
                "X-Postern-Read-Once: perhaps\r\nSubject: plain"
            })
    void whatIsAskedIsNoMark(String header) throws IOException {
        try (IntakeUnderTest door = new IntakeUnderTest(folder)) {
            assertThat(reply(door, "From: nurse@example.com\r\n" + header + "\r\n"))
                    .startsWith("550 5.7.1 Not marked for encryption");
        }
    }
}
