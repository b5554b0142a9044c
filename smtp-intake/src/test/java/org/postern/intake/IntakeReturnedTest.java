package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.MacKey;
import org.postern.db.JobId;
import org.postern.db.store.MailRules;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.returned.ReturnAddress;

/// Mail of ours that comes back is taken from anybody, and nothing else is.
class IntakeReturnedTest {

    private static final String DOMAIN = "returns.example.com";
    private static final MailRules RULES = MailRules.DEFAULT.withReturnDomain(Optional.of(DOMAIN));
    private static final String REPORT =
            "Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nSorry.\r\n--b--\r\n";

    @TempDir private Path folder;
    private final JobId job = new JobId(UUID.randomUUID());
    private final MacKey key = MacKey.generate(new SecureRandom());
    private final String address =
            ReturnAddress.of(key, IntakeUnderTest.CLINIC, job, DOMAIN).text();

    @Test
    void aStrangerBringsAReportAboutAMailOfOurs() throws IOException {
        try (IntakeUnderTest door = door(stranger());
                SmtpClient client = door.client()) {
            client.begin("", address);
            assertThat(client.data(REPORT)).startsWith("250 2.0.0");

            try (SpoolReader.Opened accepted = door.spool().only()) {
                assertThat(accepted.envelope().returned()).contains(job);
                assertThat(accepted.envelope().tenant()).isEqualTo(IntakeUnderTest.CLINIC);
                assertThat(accepted.envelope().recipients()).isEmpty();
                assertThat(accepted.envelope().reversePath()).isEmpty();
                assertThat(new String(accepted.bytes(), US_ASCII)).endsWith(REPORT);
            }
        }
    }

    @Test
    void soDoesTheOrganisationsOwnGatewayAndNeedsNoMark() throws IOException {
        try (IntakeUnderTest door = door(IntakeUnderTest.clinic(false));
                SmtpClient client = door.client()) {
            client.begin("", address.toUpperCase(Locale.ROOT));
            assertThat(client.data(REPORT)).startsWith("250 2.0.0");

            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.data("From: nurse@example.com\r\nSubject: [Results]\r\n\r\nx\r\n"))
                    .startsWith("250 2.0.0");
        }
    }

    @Test
    void anAddressThatWeHaveNotMadeIsNone() throws IOException {
        String guessed =
                ReturnAddress.of(
                                MacKey.generate(new SecureRandom()),
                                IntakeUnderTest.CLINIC,
                                job,
                                DOMAIN)
                        .text();
        try (IntakeUnderTest door = door(stranger());
                SmtpClient client = door.client()) {
            client.say("EHLO mx.example.org");
            assertThat(client.say("MAIL FROM:<>")).startsWith("250");
            assertThat(client.say("RCPT TO:<" + guessed + ">")).startsWith("550 5.1.1 ");
            assertThat(client.say("RCPT TO:<postmaster@" + DOMAIN + ">")).startsWith("550 5.1.1 ");
            assertThat(client.say("DATA")).startsWith("503");
        }
    }

    @Test
    void aStrangersOtherMailIsRefusedAsEver() throws IOException {
        try (IntakeUnderTest door = door(stranger());
                SmtpClient client = door.client()) {
            client.say("EHLO mx.example.org");
            assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("250");
            assertThat(client.say("RCPT TO:<patient@example.org>"))
                    .isEqualTo("550 5.7.1 Not allowed to send from here");
            assertThat(client.say("RCPT TO:<" + address + ">")).startsWith("250");
            assertThat(client.say("RCPT TO:<patient@example.org>"))
                    .isEqualTo("550 5.7.1 Not allowed to send from here");
        }
    }

    @Test
    void whereNothingComesBackAStrangerIsRefusedAtOnce() throws IOException {
        Tenant without = stranger().withRules(MailRules.DEFAULT);
        try (IntakeUnderTest door = door(without, MailRules.DEFAULT);
                SmtpClient client = door.client()) {
            client.say("EHLO mx.example.org");
            assertThat(client.say("MAIL FROM:<>"))
                    .isEqualTo("550 5.7.1 Not allowed to send from here");
        }
    }

    @Test
    void itComesAlone() throws IOException {
        try (IntakeUnderTest door = door(IntakeUnderTest.clinic(false));
                SmtpClient client = door.client()) {
            client.begin("nurse@example.com", "patient@example.org");
            assertThat(client.say("RCPT TO:<" + address + ">")).startsWith("452 4.5.3");
            client.say("RSET");
            client.begin("nurse@example.com", address);
            assertThat(client.say("RCPT TO:<patient@example.org>")).startsWith("452 4.5.3");
            assertThat(client.say("RCPT TO:<" + address + ">")).startsWith("452 4.5.3");
        }
    }

    @Test
    void largerThanAMebibyteItIsNotTaken() throws IOException {
        try (IntakeUnderTest door = door(stranger());
                SmtpClient client = door.client()) {
            client.say("EHLO mx.example.org");
            client.say("MAIL FROM:<> SIZE=1048577");
            assertThat(client.say("RCPT TO:<" + address + ">")).startsWith("552 5.3.4");
            assertThat(client.say("DATA")).startsWith("503");
            client.say("RSET");
            client.begin("", address);
            assertThat(client.data(REPORT + ("x".repeat(98) + "\r\n").repeat(10_500)))
                    .startsWith("552 5.3.4");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @Test
    void whoAnswersHearsAtOnceThatItHasReachedNobody() throws IOException {
        try (IntakeUnderTest door = door(stranger());
                SmtpClient client = door.client()) {
            client.say("EHLO mx.example.org");
            client.say("MAIL FROM:<patient@example.org>");
            assertThat(client.say("RCPT TO:<No-Answer@" + DOMAIN + ">"))
                    .startsWith("550 5.7.1 Your answer has reached nobody");
            client.say("RSET");
            client.begin("patient@example.org", address);
            assertThat(client.data("From: patient@example.org\r\nSubject: Re\r\n\r\nThank you\r\n"))
                    .startsWith("550 5.7.1 Your answer has reached nobody");
            assertThat(door.spool().files()).isEmpty();
        }
    }

    @Test
    void aProgramThatAnswersIsHeardOut() throws IOException {
        try (IntakeUnderTest door = door(stranger());
                SmtpClient client = door.client()) {
            client.begin("patient@example.org", address);
            assertThat(
                            client.data(
                                    lines(
                                            "From: patient@example.org",
                                            "Auto-Submitted: auto-replied",
                                            "",
                                            "I am away")))
                    .startsWith("250 2.0.0");
        }
    }

    @Test
    void ourOwnMailDoesNotComeBackAsAnAnswerToItself() throws IOException {
        try (IntakeUnderTest door = door(stranger());
                SmtpClient client = door.client()) {
            client.begin("", address);
            assertThat(
                            client.data(
                                    lines(
                                            "Auto-Submitted: auto-generated",
                                            "X-Postern-Loop: a;b",
                                            "",
                                            "x")))
                    .startsWith("554 5.4.6");
        }
    }

    @Test
    void strangersDoNotTakeThePlacesOfThoseWhoBringMail() throws IOException {
        IntakeUnderTest.Setup setup = setup(stranger().withRules(RULES));
        setup.limits = oneTransaction();
        try (IntakeUnderTest door = new IntakeUnderTest(folder, setup)) {
            door.door().updateReturnKey(key);
            try (SmtpClient idle = door.client();
                    SmtpClient client = door.client();
                    SmtpClient late = door.client()) {
                idle.say("EHLO idle.example.org");
                assertThat(idle.say("MAIL FROM:<>")).startsWith("250");
                client.begin("", address);
                late.say("EHLO late.example.org");
                late.say("MAIL FROM:<>");
                assertThat(late.say("RCPT TO:<" + address + ">")).startsWith("451 4.3.2");
                assertThat(client.data(REPORT)).startsWith("250");
                client.say("NOOP"); // its transaction has ended
                assertThat(late.say("RCPT TO:<" + address + ">")).startsWith("250");
            }
        }
    }

    private static String lines(String... lines) {
        return String.join("\r\n", lines) + "\r\n";
    }

    private static Limits oneTransaction() {
        Limits usual = Limits.DEFAULT;
        return new Limits(
                usual.maxMessageBytes(),
                usual.maxHeaderBytes(),
                usual.maxHeaderFields(),
                usual.maxReceived(),
                usual.maxRecipients(),
                usual.maxConnections(),
                usual.maxConnectionsPerSource(),
                1,
                usual.errorLimit(),
                usual.junkLimit());
    }

    /// The clinic, for whose gateway nobody is taken who comes from here.
    private static Tenant stranger() {
        return IntakeUnderTest.tenant(
                IntakeUnderTest.CLINIC,
                IntakeUnderTest.GATEWAY,
                "example.com",
                false,
                "192.0.2.0/24");
    }

    private IntakeUnderTest door(Tenant tenant) throws IOException {
        return door(tenant, RULES);
    }

    private IntakeUnderTest door(Tenant tenant, MailRules rules) throws IOException {
        IntakeUnderTest door = new IntakeUnderTest(folder, setup(tenant.withRules(rules)));
        door.door().updateReturnKey(key);
        return door;
    }

    private static IntakeUnderTest.Setup setup(Tenant tenant) {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants = List.of(tenant);
        return setup;
    }
}
