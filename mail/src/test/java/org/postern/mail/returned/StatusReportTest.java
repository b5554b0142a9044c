package org.postern.mail.returned;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.mail.returned.StatusReport.Kind;

/// What is understood of mail that anybody may have written.
class StatusReportTest {

    private static final String HEADER =
            """
            From: MAILER-DAEMON@mx.example.org
            Subject: Undelivered Mail Returned to Sender
            MIME-Version: 1.0
            Content-Type: multipart/report; report-type=delivery-status; boundary="b"

            --b
            Content-Type: text/plain

            I am sorry.

            --b
            """;
    private static final String FAILED =
            """
            Reporting-MTA: dns; mx.example.org
            Arrival-Date: Fri, 27 Nov 2026 10:00:00 +0000

            Final-Recipient: rfc822; patient@example.org
            Action: failed
            Status: 5.1.1
            Remote-MTA: dns; mailbox.example.org
            Diagnostic-Code: smtp; 550 5.1.1 <patient@example.org>:
                Recipient address rejected
            """;

    @Test
    void aReportOfFailureGivesStatusAndWhatWasSaid() {
        StatusReport report = report(FAILED);

        assertThat(report.kind()).isEqualTo(Kind.FAILED);
        assertThat(report.status()).isEqualTo("5.1.1");
        assertThat(report.diagnostic().orElseThrow())
                .startsWith("550 5.1.1 <patient@example.org>:")
                .endsWith("Recipient address rejected")
                .doesNotContain("\n");
    }

    @Test
    void aReportOfDelayIsNoFailure() {
        StatusReport report =
                report(
                        FAILED.replace("failed", "Delayed")
                                .replace("Status: 5.1.1", "Status: 4.4.1"));

        assertThat(report.kind()).isEqualTo(Kind.DELAYED);
        assertThat(report.status()).isEqualTo("4.4.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"delivered", "relayed", "expanded", "", "fail"})
    void whateverElseBecameOfItSaysNothing(String action) {
        assertThat(report(FAILED.replace("failed", action)).kind()).isEqualTo(Kind.NOTHING);
    }

    @Test
    void ofSeveralRecipientsTheWorstCounts() {
        String others =
                """
                Reporting-MTA: dns; mx.example.org

                Final-Recipient: rfc822; one@example.org
                Action: delivered
                Status: 2.0.0

                Final-Recipient: rfc822; two@example.org
                Action: delayed
                Status: 4.0.0

                Final-Recipient: rfc822; three@example.org
                Action: FAILED
                Status: 5.2.2 (mailbox full)
                """;

        assertThat(report(others).kind()).isEqualTo(Kind.FAILED);
        assertThat(report(others).status()).isEqualTo("5.2.2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Status: 2.0.0\n",
                "Status: 5\n",
                "Status: 5.1.1.1.1\n",
                "Status: 5.٣.1\n"
            })
    void aStatusThatIsNoneBecomesTheMostGeneral(String line) {
        StatusReport report = report(FAILED.replace("Status: 5.1.1\n", line));

        assertThat(report.kind()).isEqualTo(Kind.FAILED);
        assertThat(report.status()).isEqualTo("5.0.0");
    }

    @Test
    void withoutAnyFieldButTheActionItIsUnderstoodAllTheSame() {
        StatusReport report = report("\nAction: failed\n");

        assertThat(report.kind()).isEqualTo(Kind.FAILED);
        assertThat(report.diagnostic()).isEmpty();
    }

    @Test
    void anEncodedReportIsUnderstood() {
        String encoded = Base64.getMimeEncoder().encodeToString(crlf(FAILED));

        assertThat(
                        of(HEADER
                                        + "Content-Type: message/delivery-status\n"
                                        + "Content-Transfer-Encoding: base64\n\n"
                                        + encoded
                                        + "\n--b--\n")
                                .kind())
                .isEqualTo(Kind.FAILED);
    }

    @Test
    void aReportOfAnInternationalAddressIsUnderstood() {
        assertThat(
                        of(HEADER
                                        + "Content-Type: message/global-delivery-status\n\n"
                                        + FAILED.replace("patient@", "pätient@")
                                        + "\n--b--\n")
                                .kind())
                .isEqualTo(Kind.FAILED);
    }

    @Test
    void aReportThatIsCutOffCountsAsFarAsItGoes() {
        String whole = HEADER + "Content-Type: message/delivery-status\n\n" + FAILED;

        assertThat(of(whole).kind()).isEqualTo(Kind.FAILED);
        assertThat(of(whole.substring(0, whole.indexOf("Action"))).kind()).isEqualTo(Kind.NOTHING);
    }

    @Test
    void whatQuotesAReportIsNone() {
        String quoted =
                HEADER.replace("multipart/report", "multipart/mixed")
                        + "Content-Type: message/delivery-status\n\n"
                        + FAILED
                        + "\n--b--\n";

        assertThat(of(quoted).kind()).isEqualTo(Kind.NOTHING);
        assertThat(of("Subject: x\n\n" + FAILED).kind()).isEqualTo(Kind.NOTHING);
        assertThat(
                        of(HEADER
                                        + "Content-Type: message/rfc822\n\n"
                                        + HEADER.replace("b\"", "c\"").replace("--b", "--c")
                                        + "Content-Type: message/delivery-status\n\n"
                                        + FAILED
                                        + "\n--c--\n--b--\n")
                                .kind())
                .isEqualTo(Kind.NOTHING);
    }

    @Test
    void somebodysAbsenceSaysNothing() {
        assertThat(
                        of("""
                        From: patient@example.org
                        Auto-Submitted: auto-replied
                        Subject: I am away

                        Action: failed
                        Status: 5.1.1
                        """)
                                .kind())
                .isEqualTo(Kind.NOTHING);
    }

    @Test
    void aLongDiagnosticIsCut() {
        String said = "x".repeat(100_000);

        assertThat(report(FAILED.replace("smtp; 550", "smtp; " + said)).diagnostic().orElseThrow())
                .hasSizeLessThanOrEqualTo(500);
    }

    @Test
    void manyGroupsAndManyFieldsAreNotReadToTheirEnd() {
        assertThat(report("a: b\n\n".repeat(100_000) + FAILED).kind()).isEqualTo(Kind.NOTHING);
        assertThat(report("a: b\n".repeat(100_000) + FAILED).kind()).isEqualTo(Kind.NOTHING);
    }

    @Test
    void nothingThatAnybodyWritesBreaksIt() {
        byte[] whole =
                crlf(HEADER + "Content-Type: message/delivery-status\n\n" + FAILED + "\n--b--\n");
        Random random = new Random(42);
        for (int i = 0; i < 3_000; i++) {
            byte[] bent = Arrays.copyOf(whole, random.nextInt(whole.length) + 1);
            for (int bend = 0; bend < 1 + i % 8; bend++) {
                bent[random.nextInt(bent.length)] = (byte) random.nextInt(256);
            }
            assertThatCode(() -> StatusReport.of(bent))
                    .as(() -> new String(bent, ISO_8859_1))
                    .doesNotThrowAnyException();
        }
        assertThat(StatusReport.of(new byte[0]).kind()).isEqualTo(Kind.NOTHING);
        assertThat(StatusReport.of(new byte[1 << 20]).kind()).isEqualTo(Kind.NOTHING);
    }

    private static StatusReport report(String fields) {
        return of(HEADER + "Content-Type: message/delivery-status\n\n" + fields + "\n--b--\n");
    }

    private static StatusReport of(String mail) {
        return StatusReport.of(crlf(mail));
    }

    private static byte[] crlf(String text) {
        return text.replace("\n", "\r\n").getBytes(UTF_8);
    }
}
