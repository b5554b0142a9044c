package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Clock;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/// A message as a clinic might send it: marked by its subject, with text, HTML and a PDF (RFC 2046,
/// section 5.1).
record SampleMessage(String from, String to, Clock clock) {

    static final String SUBJECT = "[Your results]";

    private static final Base64.Encoder MIME = Base64.getMimeEncoder(76, new byte[] {'\r', '\n'});

    /// RFC 5322, section 3.3
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH);

    private static final String TEXT =
            """
            Good afternoon,

            your results have arrived, and they are fine. The report is attached.

            If you have a question, just answer this message: your answer is as
            private as this one.

            Kind regards
            Nora Nurse, Example Clinic
            """;

    private static final String HTML =
            """
            <p>Good afternoon,</p>
            <p>your results have arrived, and <strong>they are fine</strong>.
            The report is attached.</p>
            <p>If you have a question, just answer this message: your answer is as
            private as this one.</p>
            <p>Kind regards<br>Nora Nurse, Example Clinic</p>
            """;

    /// Lines end with CRLF, each is shorter than 998 octets, and every octet is ASCII (RFC 5322,
    /// section 2.1.1).
    byte[] content() {
        var now = ZonedDateTime.ofInstant(clock.instant(), ZoneOffset.UTC);
        String outer = "outer-" + UUID.randomUUID();
        String inner = "inner-" + UUID.randomUUID();
        byte[] report =
                SamplePdf.page(
                        List.of(
                                "Example Clinic",
                                "Laboratory report",
                                "",
                                "Date: " + DateTimeFormatter.ISO_LOCAL_DATE.format(now),
                                "Everything we measured is within its normal range.",
                                "",
                                "This is a sample made by ./postern send-sample."));
        String message =
                """
                Date: %s
                From: Nora Nurse <%s>
                To: <%s>
                Subject: %s
                Message-ID: <%s@example.com>
                MIME-Version: 1.0
                Content-Type: multipart/mixed; boundary="%s"

                --%s
                Content-Type: multipart/alternative; boundary="%s"

                --%s
                Content-Type: text/plain; charset=utf-8

                %s
                --%s
                Content-Type: text/html; charset=utf-8

                %s
                --%s--
                --%s
                Content-Type: application/pdf; name="report.pdf"
                Content-Disposition: attachment; filename="report.pdf"
                Content-Transfer-Encoding: base64

                %s
                --%s--
                """
                        .formatted(
                                DATE.format(now),
                                from,
                                to,
                                SUBJECT,
                                UUID.randomUUID(),
                                outer,
                                outer,
                                inner,
                                inner,
                                TEXT,
                                inner,
                                HTML,
                                inner,
                                outer,
                                MIME.encodeToString(report),
                                outer);
        return message.replace("\r\n", "\n").replace("\n", "\r\n").getBytes(UTF_8);
    }
}
