package org.postern.mail.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;
import static org.postern.mail.TestSite.address;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.stream.EntityState;
import org.apache.james.mime4j.stream.MimeTokenStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.Steps;
import org.postern.db.store.Arrival;
import org.postern.db.store.JobOutcome;
import org.postern.mail.LogLines;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.notice.NoticeSite;
import org.postern.notifications.job.Concern;
import org.postern.notifications.job.Flow;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.job.Pace;
import org.postern.notifications.job.RelayAnswer;
import org.postern.notifications.job.RelayReplies;
import org.postern.notifications.outgoing.Handed;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.report.ReportMail;
import org.postern.notifications.words.Languages;

/// What senders hear of their messages (RFC 3461, RFC 3464), from the delivery on.
class ReportTest {

    private static final String SUBJECT = "Canarysubject";
    private static final String BODY = "Canarybody words of the original";
    private static final Handed ACCEPTED = new Handed.Accepted();

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private final List<OutgoingMessage> handed = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void aSuccessIsReportedExactlyForThoseWhoAsked() throws Exception {
        MessageId id =
                bring(
                        envelope(
                                Optional.of(NURSE),
                                recipient(PATIENT, "SUCCESS,FAILURE"),
                                recipient(DAUGHTER, "FAILURE"),
                                recipient("third@example.org", null),
                                recipient("fourth@example.org", "NEVER"),
                                recipient("fifth@example.org", "DELAY,SUCCESS"),
                                recipient(NURSE, "DELAY")));

        assertThat(jobs(Delivery.DELIVERED_REPORT)).hasSize(2).containsOnly(id.toString());
        assertThat(jobs(Delivery.NOTICE)).hasSize(6);
        run(_ -> ACCEPTED);
        assertThat(reports().map(report -> report.fields("Final-Recipient").getFirst()))
                .containsExactlyInAnyOrder("rfc822; " + PATIENT, "rfc822; fifth@example.org");
    }

    @Test
    void aMessageDeliveredTwiceIsReportedOnce() throws Exception {
        system.accept(
                envelope(Optional.of(NURSE), recipient(PATIENT, "SUCCESS")),
                TestSite.plain(SUBJECT, BODY));
        system.emptySpool();
        Arrival arrival = system.claim().getFirst();
        assertThat(system.delivery().deliver(arrival)).isTrue();
        assertThat(system.delivery().deliver(arrival)).isFalse();

        run(_ -> ACCEPTED);

        assertThat(reports()).hasSize(1);
    }

    @Test
    void anAddressWrittenInTwoWaysIsOneMailboxAndOneReportAboutBoth() throws Exception {
        bring(
                envelope(
                        Optional.of(NURSE),
                        recipient(PATIENT, "SUCCESS"),
                        recipient("Patient@Example.ORG", "SUCCESS")));

        run(_ -> ACCEPTED);

        assertThat(reports())
                .singleElement()
                .satisfies(report ->
                        assertThat(report.fields("Final-Recipient"))
                                .containsExactly(
                                        "rfc822; " + PATIENT, "rfc822; Patient@example.org"));
    }

    @Test
    void aReportOfSuccessIsAReportAndHoldsNothingOfTheMessage() throws Exception {
        bring(
                new Envelope(
                        site.tenant(),
                        Optional.empty(),
                        Optional.of(address(NURSE)),
                        Optional.of(address(NURSE)),
                        List.of(
                                new Envelope.Recipient(
                                        address(PATIENT),
                                        Optional.of("SUCCESS"),
                                        Optional.of("rfc822;Pat+2BX@example.org"))),
                        Optional.of("QQ+3D314159"),
                        site.clock().instant(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty()));

        run(_ -> ACCEPTED);

        OutgoingMessage mail = only(NURSE);
        assertThat(mail.reversePath()).isEmpty();
        Parsed report = Parsed.of(mail);
        assertThat(report.types())
                .containsExactly("multipart/report", "text/plain", "message/delivery-status");
        assertThat(report.header("Content-Type")).contains("report-type=delivery-status");
        assertThat(report.header("Auto-Submitted")).isEqualTo("auto-replied");
        assertThat(report.header("X-Postern-Loop")).isNotEmpty();
        assertThat(
                        new LoopMark(system.door().instance(), system.door().loopKey())
                                .isOurs(
                                        report.header("X-Postern-Loop"),
                                        report.header("Message-ID")))
                .isTrue();
        assertThat(report.header("Message-ID"))
                .isEqualTo("<report." + jobId(Delivery.DELIVERED_REPORT) + "@example.com>");
        assertThat(report.fields("Reporting-MTA")).containsExactly("dns; mx.example.net");
        assertThat(report.fields("Original-Envelope-Id")).containsExactly("QQ=314159");
        assertThat(report.fields("Arrival-Date")).containsExactly("Mon, 2 Mar 2026 12:00:00 +0000");
        assertThat(report.fields("Original-Recipient"))
                .containsExactly("rfc822; Pat+X@example.org");
        assertThat(report.fields("Final-Recipient")).containsExactly("rfc822; " + PATIENT);
        assertThat(report.fields("Action")).containsExactly("delivered");
        assertThat(report.fields("Status")).containsExactly("2.0.0");
        assertThat(report.fields("Diagnostic-Code")).isEmpty();
        assertThat(report.text())
                .contains("It waits there for " + PATIENT)
                .contains("does not say that it was read");
        assertThat(text(mail))
                .doesNotContain("Canary", "Nurse Joy", "Pat Ient", "words of the original");
    }

    @Test
    void whatIsKeptForReportsIsSealed() throws Exception {
        bring(
                new Envelope(
                        site.tenant(),
                        Optional.empty(),
                        Optional.of(address("canary-sender@example.com")),
                        Optional.of(address(NURSE)),
                        List.of(
                                new Envelope.Recipient(
                                        address(PATIENT),
                                        Optional.of("SUCCESS"),
                                        Optional.of("rfc822;canary-original@example.org"))),
                        Optional.of("canary-envid"),
                        site.clock().instant(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty()));

        assertThat(site.rows()).noneMatch(row -> row.contains("canary"));
        // Bytes stand in hexadecimal in a row.
        assertThat(site.rows()).noneMatch(row -> row.contains("63616e617279"));
    }

    @Test
    void aReportIsNotMadeFromTheEnvelopeOfAnotherSlot() throws Exception {
        bring(
                envelope(
                        Optional.of(NURSE),
                        recipient(PATIENT, "SUCCESS"),
                        recipient(DAUGHTER, "SUCCESS")));
        site.mailSql()
                .sql(
                        """
                        UPDATE slot SET sealed_envelope = other.sealed_envelope FROM slot other
                         WHERE slot.mailbox_id <> other.mailbox_id
                           AND slot.sealed_envelope IS NOT NULL AND other.sealed_envelope IS NOT NULL
                        """)
                .update();

        run(_ -> ACCEPTED);

        assertThat(reports()).isEmpty();
        assertThat(reasons(Delivery.DELIVERED_REPORT))
                .containsExactly("names-do-not-open", "names-do-not-open");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, refused-550-5.1.1, 5.1.1, smtp; 550 5.1.1",
                "FAILURE, refused-554, 5.0.0, smtp; 554",
                "'SUCCESS,FAILURE', relay-without-smtputf8, 5.6.7, -"
            })
    void aRefusedNoticeIsReportedAsFailed(
            @Nullable String notifyOn, String reason, String status, @Nullable String diagnostic)
            throws Exception {
        bring(envelope(Optional.of(NURSE), recipient(PATIENT, notifyOn)));

        run(mail -> isNotice(mail) ? new Handed.Refused(reason) : ACCEPTED);

        assertThat(reasons(Delivery.NOTICE)).containsExactly(reason);
        Parsed report =
                reports()
                        .filter(each -> each.fields("Action").contains("failed"))
                        .findFirst()
                        .orElseThrow();
        assertThat(report.fields("Status")).containsExactly(status);
        assertThat(report.fields("Diagnostic-Code"))
                .isEqualTo(Optional.ofNullable(diagnostic).stream().toList());
        assertThat(report.fields("Final-Recipient")).containsExactly("rfc822; " + PATIENT);
        assertThat(report.header("Message-ID"))
                .isEqualTo("<report." + jobId(Delivery.FAILED_REPORT) + "@example.com>");
        assertThat(report.text()).contains(PATIENT + " was not told of your message");
    }

    @Test
    void whatTheMailServerSaidStandsInTheReportAndNowhereElseInClear() throws Exception {
        bring(envelope(Optional.of(NURSE), recipient(PATIENT, null)));
        String said = "550-5.1.1 Canaryreply " + PATIENT + "\r\n550 5.1.1 n\u00e4\r\nX-Bad: 1";

        try (LogLines log = new LogLines()) {
            run(mail ->
                    isNotice(mail)
                            ? new Handed.Refused("refused-550-5.1.1")
                                    .with(
                                            new RelayAnswer(
                                                    "one.example:25",
                                                    Optional.of(said),
                                                    Concern.MAIL))
                            : ACCEPTED);
            assertThat(log.lines()).noneMatch(line -> line.contains("Canaryreply"));
        }

        Parsed report = reports().findFirst().orElseThrow();
        assertThat(report.fields("Diagnostic-Code"))
                .containsExactly(
                        "smtp; 550-5.1.1 Canaryreply " + PATIENT + " 550 5.1.1 n? X-Bad: 1");
        assertThat(report.fields("X-Bad")).isEmpty();
        assertThat(column(Delivery.NOTICE, "relay")).containsExactly("one.example:25");
        assertThat(column(Delivery.NOTICE, "encode(sealed_reply, 'escape')"))
                .singleElement()
                .satisfies(kept -> assertThat(kept).isNotBlank().doesNotContain("Canaryreply"));
        JobOutcome outcome =
                system.database()
                        .jobs()
                        .outcome(
                                site.tenant(),
                                Delivery.NOTICE,
                                UUID.fromString(jobs(Delivery.NOTICE).getFirst()),
                                new MailboxId(
                                        UUID.fromString(
                                                column(Delivery.NOTICE, "mailbox_id::text")
                                                        .getFirst())))
                        .orElseThrow();
        RecordKey operations = system.keys().authority().lend(site.tenant()).operations();
        assertThat(
                        RelayReplies.open(
                                operations,
                                site.tenant(),
                                outcome.job(),
                                outcome.reply().orElseThrow()))
                .isEqualTo(said);
        assertThatThrownBy(() ->
                        RelayReplies.open(
                                operations,
                                site.tenant(),
                                new JobId(UUID.randomUUID()),
                                outcome.reply().orElseThrow()))
                .isInstanceOf(OpeningFailedException.class);
    }

    @Test
    void aNoticeThatIsPutOffForFiveDaysIsReportedAsFailedAndNotBefore() throws Exception {
        bring(envelope(Optional.of(NURSE), recipient(PATIENT, null)));

        run(mail -> isNotice(mail) ? new Handed.Deferred("deferred-451") : ACCEPTED);
        assertThat(handed).isEmpty();
        site.clock().advance(Duration.ofDays(5));
        run(mail -> isNotice(mail) ? new Handed.Deferred("deferred-451") : ACCEPTED);

        Parsed report = Parsed.of(only(NURSE));
        assertThat(report.fields("Action")).containsExactly("failed");
        assertThat(report.fields("Status")).containsExactly("4.4.7");
        assertThat(report.fields("Diagnostic-Code")).containsExactly("smtp; 451");
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {"-, 1", "DELAY, 1", "'FAILURE,DELAY', 1", "FAILURE, 0", "NEVER, 0"})
    void aNoticeThatWaitsForFourHoursIsReportedAsDelayedOnce(@Nullable String notifyOn, int told)
            throws Exception {
        bring(envelope(Optional.of(NURSE), recipient(PATIENT, notifyOn)));
        OutgoingMail greylisting =
                mail -> isNotice(mail) ? new Handed.Deferred("deferred-451") : ACCEPTED;

        run(greylisting);
        site.clock().advance(Duration.ofHours(3));
        run(greylisting);
        assertThat(handed).isEmpty();
        for (int i = 0; i < 4; i++) {
            site.clock().advance(Duration.ofHours(5));
            run(greylisting);
        }

        assertThat(reports()).hasSize(told);
        assertThat(reports())
                .allSatisfy(report -> {
                    assertThat(report.fields("Action")).containsExactly("delayed");
                    assertThat(report.fields("Status")).containsExactly("4.0.0");
                    assertThat(report.fields("Diagnostic-Code")).containsExactly("smtp; 451");
                    assertThat(report.fields("Will-Retry-Until")).hasSize(1);
                    assertThat(report.text())
                            .contains(PATIENT + " was not told of your message yet");
                });
        run(_ -> ACCEPTED);
        site.clock().advance(Duration.ofDays(1));
        run(_ -> ACCEPTED);
        assertThat(reports()).hasSize(told);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NEVER", "SUCCESS", "DELAY"})
    void nobodyHearsOfAFailureWhoDidNotWantTo(String notifyOn) throws Exception {
        bring(envelope(Optional.of(NURSE), recipient(PATIENT, notifyOn)));

        run(mail -> isNotice(mail) ? new Handed.Refused("refused-550") : ACCEPTED);

        assertThat(reasons(Delivery.NOTICE)).containsExactly("refused-550");
        assertThat(reports().filter(each -> each.fields("Action").contains("failed"))).isEmpty();
    }

    @Test
    void nothingIsEverSentToTheNullReversePath() throws Exception {
        bring(envelope(Optional.empty(), recipient(PATIENT, "SUCCESS,FAILURE")));

        run(mail -> isNotice(mail) ? new Handed.Refused("refused-550") : ACCEPTED);

        assertThat(handed).isEmpty();
        assertThat(jobs(Delivery.DELIVERED_REPORT)).isEmpty();
        assertThat(jobs(Delivery.FAILED_REPORT)).isEmpty();
        assertThat(
                        site.mailSql()
                                .sql("SELECT count(*) FROM slot WHERE sealed_envelope IS NOT NULL")
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({"true, 'SUCCESS'", "false, 'SUCCESS'", "true, 'NEVER'"})
    void noticesAndReportsAskForTlsWhereTheSenderDid(boolean required, String notifyOn)
            throws Exception {
        bring(
                new Envelope(
                        site.tenant(),
                        Optional.empty(),
                        Optional.of(address(NURSE)),
                        Optional.of(address(NURSE)),
                        List.of(recipient(PATIENT, notifyOn)),
                        Optional.empty(),
                        site.clock().instant(),
                        Optional.empty(),
                        required,
                        Optional.empty(),
                        Optional.empty()));

        run(_ -> ACCEPTED);

        assertThat(handed)
                .hasSize(notifyOn.equals("NEVER") ? 1 : 2)
                .allSatisfy(mail -> assertThat(mail.requireTls()).isEqualTo(required));
    }

    @Test
    void aReportThatCannotBeSentIsGivenUpAndNobodyIsToldOfThat() throws Exception {
        bring(envelope(Optional.of(NURSE), recipient(PATIENT, "SUCCESS,FAILURE")));

        run(_ -> new Handed.Refused("refused-550"));

        assertThat(reasons(Delivery.DELIVERED_REPORT)).containsExactly("refused-550");
        assertThat(reasons(Delivery.FAILED_REPORT)).containsExactly("refused-550");
        assertThat(site.count("job")).isEqualTo(3);
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                // an encoded line end would begin a field of the client's own
                "rfc822;a+0D+0AAction:+20failed, -",
                "utf-8;p\u00e4t@example.org, utf-8; p\\x{E4}t@example.org",
                "utf-8;p\\x{E4}t@example.org, utf-8; p\\x{E4}t@example.org",
                "x400;/S=a+2B/, x400; /S=a+/"
            })
    void anOriginalRecipientIsDecodedAndBeginsNoField(String orcpt, @Nullable String field)
            throws Exception {
        bring(
                new Envelope(
                        site.tenant(),
                        Optional.empty(),
                        Optional.of(address(NURSE)),
                        Optional.of(address(NURSE)),
                        List.of(
                                new Envelope.Recipient(
                                        address("p\u00e4t@example.org"),
                                        Optional.of("SUCCESS"),
                                        Optional.of(orcpt))),
                        Optional.of("id+0Abad"),
                        site.clock().instant(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty()));

        run(_ -> ACCEPTED);

        OutgoingMessage mail = only(NURSE);
        Parsed report = Parsed.of(mail);
        assertThat(report.fields("Original-Recipient"))
                .isEqualTo(Optional.ofNullable(field).stream().toList());
        assertThat(report.fields("Final-Recipient"))
                .containsExactly("utf-8; p\\x{E4}t@example.org");
        assertThat(report.fields("Action")).containsExactly("delivered");
        assertThat(report.fields("Original-Envelope-Id")).isEmpty();
        assertThat(mail.needsUtf8()).isFalse();
    }

    private MessageId bring(Envelope envelope) throws Exception {
        return system.bring(envelope, TestSite.plain(SUBJECT, BODY));
    }

    private Envelope envelope(Optional<String> reversePath, Envelope.Recipient... recipients) {
        Optional<EmailAddress> sender = reversePath.map(TestSite::address);
        return new Envelope(
                site.tenant(),
                Optional.empty(),
                sender,
                sender,
                Arrays.asList(recipients),
                Optional.empty(),
                site.clock().instant(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
    }

    private static Envelope.Recipient recipient(String to, @Nullable String notifyOn) {
        return new Envelope.Recipient(address(to), Optional.ofNullable(notifyOn), Optional.empty());
    }

    /// Has all due jobs done, and keeps what was accepted.
    private void run(OutgoingMail relay) {
        OutgoingMail keeping =
                mail -> {
                    Handed answer = relay.hand(mail);
                    if (answer.equals(ACCEPTED)) {
                        handed.add(mail);
                    }
                    return answer;
                };
        try (JobWorker worker =
                new JobWorker(
                        system.database().jobs(),
                        system.database().transaction(),
                        handlers(keeping),
                        new RelayReplies(system.keys().authority(), site.random()),
                        Flow.FREE,
                        new Pace(
                                4,
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(20),
                                Duration.ofMillis(5),
                                Duration.ofSeconds(10)),
                        () -> false,
                        site.clock(),
                        () -> Long.MIN_VALUE,
                        Steps.UNWATCHED)) {
            worker.start();
            await().atMost(Duration.ofSeconds(60)).until(this::nothingIsDue);
        }
    }

    private List<JobHandler> handlers(OutgoingMail outgoing) {
        Sender sender =
                new Sender(
                        "Example Clinic",
                        address("portal@example.com"),
                        Optional.empty(),
                        URI.create("https://clinic.example"),
                        List.of());
        MailComposer composer =
                new MailComposer(
                        new LoopMark(system.door().instance(), system.door().loopKey()),
                        site.clock());
        Languages languages = new Languages(system.database(), system.keys().authority());
        ReportMail reports = new ReportMail(_ -> sender, composer, "mx.example.net");
        return List.of(
                NoticeSite.handlers(site, system, outgoing).getFirst(),
                ReportHandler.delivered(
                        system.database(), system.keys().authority(), languages, reports, outgoing),
                ReportHandler.delayed(
                        system.database(), system.keys().authority(), languages, reports, outgoing),
                ReportHandler.failed(
                        system.database(),
                        system.keys().authority(),
                        languages,
                        reports,
                        outgoing));
    }

    private boolean nothingIsDue() {
        return site.mailSql()
                        .sql(
                                """
                                SELECT count(*) FROM job WHERE state = 'running'
                                                            OR state IN ('available', 'retryable') AND run_at <= :now
                                """)
                        .param("now", site.clock().instant().atOffset(ZoneOffset.UTC))
                        .query(Integer.class)
                        .single()
                == 0;
    }

    private List<String> jobs(String kind) {
        return column(kind, "subject_id::text");
    }

    private List<String> reasons(String kind) {
        return column(kind, "coalesce(reason, state)");
    }

    private String jobId(String kind) {
        return column(kind, "job_id::text").getFirst();
    }

    private List<String> column(String kind, String column) {
        return site.mailSql()
                .sql("SELECT " + column + " FROM job WHERE kind = :kind")
                .param("kind", kind)
                .query((row, _) -> String.valueOf(row.getString(1)))
                .list();
    }

    private OutgoingMessage only(String to) {
        List<OutgoingMessage> mails =
                handed.stream().filter(mail -> mail.forwardPath().text().equals(to)).toList();
        assertThat(mails).hasSize(1);
        return mails.getFirst();
    }

    private Stream<Parsed> reports() {
        return handed.stream().filter(mail -> !isNotice(mail)).map(Parsed::of);
    }

    private static boolean isNotice(OutgoingMessage mail) {
        return mail.reversePath().isPresent();
    }

    private static String text(OutgoingMessage mail) {
        try {
            return new String(mail.content().readAllBytes(), UTF_8).replace("=\r\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A report as mime4j reads it.
    private record Parsed(
            List<String> types, Map<String, String> header, String text, List<String> status) {

        static Parsed of(OutgoingMessage mail) {
            MimeTokenStream tokens = new MimeTokenStream();
            List<String> types = new ArrayList<>();
            Map<String, String> header = new HashMap<>();
            String text = "";
            String status = "";
            try {
                tokens.parse(new ByteArrayInputStream(mail.content().readAllBytes()));
                for (EntityState state = tokens.getState();
                        state != EntityState.T_END_OF_STREAM;
                        state = tokens.next()) {
                    switch (state) {
                        case T_FIELD ->
                                header.putIfAbsent(
                                        tokens.getField().getName(),
                                        tokens.getField().getBody().strip());
                        case T_START_MULTIPART ->
                                types.add(tokens.getBodyDescriptor().getMimeType());
                        case T_BODY -> {
                            types.add(tokens.getBodyDescriptor().getMimeType());
                            String body =
                                    new String(
                                            tokens.getDecodedInputStream().readAllBytes(), UTF_8);
                            if (tokens.getBodyDescriptor().getMimeType().equals("text/plain")) {
                                text = body.replaceAll("\\s+", " ");
                            } else {
                                status = body;
                            }
                        }
                        default -> {}
                    }
                }
            } catch (IOException | MimeException e) {
                throw new IllegalStateException(e);
            }
            return new Parsed(types, header, text, List.of(status.split("\r\n", -1)));
        }

        String header(String name) {
            return header.getOrDefault(name, "");
        }

        List<String> fields(String name) {
            return status.stream()
                    .filter(line -> line.startsWith(name + ": "))
                    .map(line -> line.substring(name.length() + 2))
                    .collect(Collectors.toList());
        }
    }
}
