package org.postern.notifications.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.DataKey;
import org.postern.crypto.Sealer;
import org.postern.crypto.SealingStream;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolSealer;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.PhoneNumber;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.store.JobStore;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Lock;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.provider.LocalKeystore;
import org.postern.notifications.LogLines;
import org.postern.notifications.SettableClock;
import org.postern.notifications.TestDatabases;
import org.postern.notifications.job.Flow;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.job.KeptReplies;
import org.postern.notifications.job.Pace;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.words.Languages;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// From the asked-for PIN to the text message: real databases, a real ledger, a real HTTP server.
class PinTextTest {

    private static final Pattern TEXT =
            Pattern.compile(
                    "\\{\"to\":\"\\+491711234567\",\"text\":\"([0-9]{6}) is the PIN for a message"
                        + " from Example Clinic\\. It is valid for 10 minutes\\. Nobody will ask"
                        + " you for it\\.\"}");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));
    private final SecureRandom random = new SecureRandom();
    private final UuidV7 ids = new UuidV7(clock, random);
    private final TenantId tenant = new TenantId(ids.next());
    private final DataSource mail = TestDatabases.mail();
    private final JobStore jobStore = new JobStore(JdbcClient.create(mail));
    private final Jobs jobs = new Jobs(jobStore, ids, clock);
    private final KeyLedger ledger = ledger();

    @TempDir private Path folder;
    private TextService service;
    private JobWorker worker;
    private MessageId message;
    private ReadingKey reader;
    private MailboxId mailbox;

    @BeforeEach
    void aReaderOfAMessageWithAPhone() throws Exception {
        service = TextService.plain();
        worker = worker();
        MailDatabase.of(mail)
                .tenants()
                .insert(
                        tenant,
                        "Example Clinic",
                        "portal.example.com",
                        Optional.empty(),
                        clock.instant());
        ledger.authority().createTenant(tenant);
        message = deliver();
        Redeemed patient = signIn();
        reader = patient.reader();
        mailbox = patient.mailbox();
        worker.start();
    }

    @AfterEach
    void close() {
        worker.close();
        service.close();
    }

    @Test
    void theTextSaysThePinAndNothingElse() throws Exception {
        ask();

        assertThat(type(pin(1))).isEmpty();
    }

    @Test
    void aServiceThatIsOverloadedIsTriedAgainQuicklyWithAnotherPinUntilNobodyWaits()
            throws Exception {
        for (int i = 0; i < 20; i++) {
            service.answersNext(i % 2 == 0 ? 429 : 503);
        }
        UUID request = ask();

        List<Duration> delays =
                List.of(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(45),
                        Duration.ofMinutes(2),
                        Duration.ofMinutes(5));
        for (int attempt = 1; attempt <= delays.size(); attempt++) {
            int made = attempt;
            await().atMost(Duration.ofMinutes(1))
                    .until(() ->
                            column(request, "attempt", Integer.class) == made
                                    && state(request).equals("retryable"));
            Duration delay =
                    Duration.between(
                            clock.instant(),
                            column(request, "run_at", OffsetDateTime.class).toInstant());
            assertThat(delay).isCloseTo(delays.get(made - 1), delays.get(made - 1).dividedBy(10));
            clock.advance(delay);
            worker.wake();
        }

        awaitState(request, "discarded");
        assertThat(service.seen()).hasSize(6);
        assertThat(lock().orElseThrow().phone().orElseThrow().pinsLeft())
                .as("one sending")
                .isEqualTo(9);
    }

    @Test
    void aServiceThatIsBackSendsAPinThatOpens() throws Exception {
        service.answersNext(503);
        UUID request = ask();
        awaitState(request, "retryable");
        clock.advance(Duration.ofSeconds(6));
        worker.wake();

        String first = pin(1);
        String second = pin(2);

        awaitState(request, "completed");
        if (!first.equals(second)) {
            assertThat(type(first)).as("perhaps sent, and void").isPresent();
        }
        assertThat(type(second)).isEmpty();
    }

    @Test
    void aTextThatTheServiceRefusesIsGivenUpAndAnotherCanBeAskedFor() throws Exception {
        service.answersNext(422);
        UUID refused = ask();
        awaitState(refused, "discarded");

        UUID again = ask();

        awaitState(again, "completed");
        assertThat(type(pin(2))).isEmpty();
    }

    @Test
    void nothingIsSentToSomebodyWhoNoLongerWaits() throws Exception {
        UUID unknown = ids.next();
        jobs.promiseUrgent(tenant, PinText.KIND, unknown, Optional.of(mailbox));
        awaitState(unknown, "completed");
        UUID late = ledger.service().askPin(tenant, reader, message).orElseThrow().id();
        clock.advance(Duration.ofMinutes(10));
        jobs.promiseUrgent(tenant, PinText.KIND, late, Optional.of(mailbox));

        awaitState(late, "completed");
        assertThat(service.seen()).isEmpty();
    }

    @Test
    void neitherPinNorNumberIsLogged() throws Exception {
        try (LogLines log = new LogLines()) {
            service.answersNext(503);
            UUID request = ask();
            awaitState(request, "retryable");
            clock.advance(Duration.ofSeconds(6));
            worker.wake();
            String pin = pin(2);
            awaitState(request, "completed");
            type(pin);

            assertThat(log.lines())
                    .filteredOn(line -> line.startsWith("org.postern"))
                    .isNotEmpty()
                    .noneMatch(line ->
                            line.contains("1711234567") || line.matches(".*\\b" + pin + "\\b.*"));
        }
    }

    /// What the portal does when its reader asks.
    private UUID ask() throws Exception {
        UUID request = ledger.service().askPin(tenant, reader, message).orElseThrow().id();
        jobs.promiseUrgent(tenant, PinText.KIND, request, Optional.of(mailbox));
        worker.wake();
        return request;
    }

    private String pin(int number) {
        await().atMost(Duration.ofMinutes(1)).until(() -> service.seen().size() >= number);
        Matcher text = TEXT.matcher(service.seen().get(number - 1).body());
        assertThat(text.matches()).isTrue();
        return text.group(1);
    }

    private Optional<Lock> type(String pin) throws Exception {
        return ledger.service().unlock(tenant, reader, message, pin);
    }

    private Optional<Lock> lock() throws Exception {
        return ledger.service().lock(tenant, reader, message);
    }

    private void awaitState(UUID request, String state) {
        await().atMost(Duration.ofMinutes(1)).until(() -> state(request).equals(state));
    }

    private String state(UUID request) {
        return column(request, "state", String.class);
    }

    private <T> T column(UUID request, String name, Class<T> type) {
        return JdbcClient.create(mail)
                .sql("SELECT * FROM job WHERE subject_id = :subject")
                .param("subject", request)
                .query((row, _) -> row.getObject(name, type))
                .single();
    }

    private MessageId deliver() throws Exception {
        ObjectHeader header = header(ObjectType.RAW_MAIL);
        SigningKey instanceKey = SigningKey.generate(random);
        SealingStream sealed =
                new Sealer(instanceKey, sealer(), random)
                        .begin(header, OutputStream.nullOutputStream());
        Envelope envelope =
                new Envelope(
                        tenant,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of(
                                new Envelope.Recipient(
                                        EmailAddress.parse("pat@example.org"),
                                        Optional.empty(),
                                        Optional.empty())),
                        Optional.empty(),
                        clock.instant(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.of(new PhoneNumber("+491711234567")));
        ledger.service()
                .admit(
                        sealed.preamble(),
                        ledger.authority()
                                .certify(
                                        header.instance(),
                                        instanceKey.publicKey(),
                                        clock.instant().plus(Duration.ofDays(14))),
                        sealed.slot(),
                        sealed.recordKey(KeyService.ENVELOPE)
                                .seal(envelope.encode(), header.hash(), random));
        return new MessageId(header.object());
    }

    private Redeemed signIn() throws Exception {
        ObjectHeader header = header(ObjectType.SEALED_RECORD);
        DataKey key = DataKey.generate(random);
        Mac256 browser = Mac256.sha256("this browser".getBytes(UTF_8));
        String token =
                ledger.service()
                        .issue(
                                new SignInRequest(
                                        header,
                                        sealer().seal(key, header),
                                        key.recordKey(KeyService.ADDRESS)
                                                .seal(
                                                        "pat@example.org".getBytes(UTF_8),
                                                        header.hash(),
                                                        random),
                                        browser,
                                        clock.instant()))
                        .orElseThrow()
                        .token();
        return (Redeemed)
                ledger.service().redeem(tenant, new Redemption.Link(token, browser)).orElseThrow();
    }

    private SpoolSealer sealer() {
        return new SpoolSealer(ledger.authority().spoolKey(), clock, random);
    }

    private ObjectHeader header(ObjectType type) {
        return new ObjectHeader(type, tenant.value(), ids.next(), clock.instant(), "door-1", 0);
    }

    private KeyLedger ledger() {
        DataSource database = TestDatabases.ledger();
        return KeyLedger.of(
                JdbcClient.create(database),
                new TransactionTemplate(new DataSourceTransactionManager(database)),
                LocalKeystore.inMemory(random),
                MailDatabase.of(mail),
                clock,
                random);
    }

    private JobWorker worker() throws Exception {
        Sender sender =
                new Sender(
                        "Example Clinic",
                        new EmailAddress("notices", "example.com"),
                        Optional.empty(),
                        URI.create("https://portal.example.com/"),
                        List.of());
        Path token = Files.writeString(folder.resolve("token"), "token");
        return new JobWorker(
                jobStore,
                new TransactionTemplate(new DataSourceTransactionManager(mail)),
                List.of(
                        new PinText(
                                ledger.service(),
                                new Languages(MailDatabase.of(mail), ledger.authority()),
                                _ -> sender,
                                HttpTextMessages.at(
                                        service.address(),
                                        token,
                                        Optional.empty(),
                                        SSLContext.getDefault()))),
                KeptReplies.NONE,
                Flow.FREE,
                new Pace(
                        4,
                        Duration.ofSeconds(60),
                        Duration.ofMinutes(20),
                        Duration.ofMillis(20),
                        Duration.ofSeconds(10)),
                () -> false,
                clock,
                random,
                Steps.UNWATCHED);
    }
}
