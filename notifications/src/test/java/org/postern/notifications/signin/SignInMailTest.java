package org.postern.notifications.signin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocketFactory;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.DataKey;
import org.postern.crypto.MacKey;
import org.postern.crypto.Sealer;
import org.postern.crypto.SealingStream;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolSealer;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.store.JobStore;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignInRequest;
import org.postern.db.store.SignInRequestStore;
import org.postern.db.store.TenantStore;
import org.postern.db.store.TimelineStore;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.MailLimits;
import org.postern.keys.provider.LocalKeystore;
import org.postern.notifications.LogLines;
import org.postern.notifications.SettableClock;
import org.postern.notifications.TestDatabases;
import org.postern.notifications.job.Flow;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.job.KeptReplies;
import org.postern.notifications.job.Pace;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.Relay;
import org.postern.notifications.outgoing.RelayMail;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.TestRelay;
import org.postern.notifications.outgoing.TestRelay.Received;
import org.postern.notifications.outgoing.TestRelay.Refusal;
import org.postern.notifications.words.Languages;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// From the asked-for link to the reading key: real databases, a real ledger, a real SMTP server.
class SignInMailTest {

    private static final Mac256 BROWSER = Mac256.sha256("this browser".getBytes(UTF_8));
    private static final Pattern LINK =
            Pattern.compile("https://portal\\.example\\.com/signin/([A-Za-z0-9_-]{43})\r\n");
    private static final Pattern CODE = Pattern.compile("    ([0-9A-Z]{4} [0-9A-Z]{4})\r\n");

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));
    private final SecureRandom random = new SecureRandom();
    private final UuidV7 ids = new UuidV7(clock, random);
    private final TenantId tenant = new TenantId(ids.next());
    private final DataSource mail = TestDatabases.mail();
    private final JdbcClient mailDatabase = JdbcClient.create(mail);
    private final SignInRequestStore requests = new SignInRequestStore(mailDatabase);
    private final JobStore jobStore = new JobStore(mailDatabase);
    private final Jobs jobs = new Jobs(jobStore, ids, clock);
    private final TestRelay relay = TestRelay.plain();
    private final KeyLedger ledger = ledger();
    private final JobWorker worker = worker();

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60)); // for machines that do much else
    }

    @BeforeEach
    void aTenantWithOneReader() throws Exception {
        new TenantStore(mailDatabase)
                .insert(
                        tenant,
                        "Example Clinic",
                        "portal.example.com",
                        Optional.empty(),
                        clock.instant());
        ledger.authority().createTenant(tenant);
        deliverTo("Pat@example.org");
        worker.start();
    }

    @AfterEach
    void close() {
        worker.close();
        relay.close();
    }

    @Test
    void theLinkInTheMailSignsIn() throws Exception {
        ask("pat@example.org");

        String token = found(LINK, text(mailNumber(1)));

        assertThat(redeem(new Redemption.Link(token, BROWSER))).isPresent();
        assertThat(redeem(new Redemption.Link(token, BROWSER))).isEmpty();
    }

    @Test
    void theCodeInTheMailSignsInAsItStandsThere() throws Exception {
        ask("pat@example.org");

        String code = found(CODE, text(mailNumber(1)));

        assertThat(redeem(new Redemption.Code(code, BROWSER))).isPresent();
    }

    @Test
    void theMailIsOfNoUseInAnotherBrowser() throws Exception {
        ask("pat@example.org");
        String text = text(mailNumber(1));
        Mac256 another = Mac256.sha256("another browser".getBytes(UTF_8));

        assertThat(redeem(new Redemption.Link(found(LINK, text), another))).isEmpty();
        assertThat(redeem(new Redemption.Code(found(CODE, text), another))).isEmpty();
    }

    @Test
    void itGoesToTheAddressAsStoredAndNotAsTyped() throws Exception {
        ask("pAT@EXAMPLE.org");

        Received mail = mailNumber(1);

        assertThat(mail.forwardPath()).isEqualTo("Pat@example.org");
        MimeMessage parsed = parsed(mail);
        assertThat(parsed.getHeader("To", null)).isEqualTo("Pat@example.org");
        assertThat(parsed.getSubject()).isEqualTo("Your sign-in link for Example Clinic");
        assertThat(parsed.getHeader("Auto-Submitted", null)).isEqualTo("auto-generated");
        assertThat(text(mail).replace("\r\n", " "))
                .contains("They work once, for 10 minutes, in the browser in which you asked.");
    }

    @Test
    void theTenMinutesBeginWhenTheMailLeaves() throws Exception {
        relay.toContent = Optional.of(new Refusal(451, "later"));
        UUID request = ask("pat@example.org");
        await().until(() -> state(request).equals("retryable"));
        clock.advance(Duration.ofMinutes(9));
        relay.toContent = Optional.empty();
        worker.wake();
        String token = found(LINK, text(mailNumber(1)));

        clock.advance(Duration.ofMinutes(9));

        assertThat(redeem(new Redemption.Link(token, BROWSER))).isPresent();
    }

    @Test
    void afterTenMinutesTheMailIsOfNoUse() throws Exception {
        ask("pat@example.org");
        String token = found(LINK, text(mailNumber(1)));

        clock.advance(Duration.ofMinutes(10));

        assertThat(redeem(new Redemption.Link(token, BROWSER))).isEmpty();
    }

    @Test
    void aDeferredMailIsTriedAgainQuicklyAndThenDropped() throws Exception {
        relay.toRcpt = Optional.of(new Refusal(450, "greylisted"));
        UUID request = ask("pat@example.org");

        List<Duration> delays =
                List.of(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(45),
                        Duration.ofMinutes(2));
        for (int attempt = 1; attempt <= delays.size(); attempt++) {
            int made = attempt;
            await().until(() -> attempts(request) == made && state(request).equals("retryable"));
            Duration delay = Duration.between(clock.instant(), runAt(request));
            assertThat(delay).isCloseTo(delays.get(made - 1), delays.get(made - 1).dividedBy(10));
            clock.advance(delay);
            worker.wake();
        }

        await().until(() -> state(request).equals("discarded"));
        assertThat(relay.received).isEmpty();
    }

    @Test
    void everyTryHasItsOwnNameSinceItHasItsOwnToken() throws Exception {
        UUID first = ask("pat@example.org");
        String name = parsed(mailNumber(1)).getMessageID();
        await().until(() -> state(first).equals("completed"));
        // as if the worker had died after the relay's 250
        mailDatabase
                .sql(
                        "UPDATE job SET state = 'running', finished_at = NULL WHERE subject_id ="
                                + " :subject")
                .param("subject", first)
                .update();
        clock.advance(Duration.ofMinutes(2));
        worker.wake();
        Received second = mailNumber(2);

        assertThat(parsed(second).getMessageID()).isNotEqualTo(name);
        assertThat(redeem(new Redemption.Link(found(LINK, text(second)), BROWSER))).isPresent();
    }

    @Test
    void anUnknownAddressGetsNoMailAndNothingTells() throws Exception {
        try (LogLines log = new LogLines()) {
            UUID unknown = ask("stranger@example.net");
            UUID known = ask("pat@example.org");
            await().until(() -> state(unknown).equals("completed"));
            await().until(() -> state(known).equals("completed"));

            assertThat(relay.received).hasSize(1);
            List<String> ours =
                    log.lines().stream().filter(line -> line.startsWith("org.postern")).toList();
            assertThat(about(ours, unknown)).isEqualTo(about(ours, known)).isNotEmpty();
            assertThat(ours)
                    .noneMatch(line -> line.contains("stranger") || line.contains("example.org"));
        }
    }

    @Test
    void aRequestThatWasForgottenIsDone() throws Exception {
        UUID request = ids.next();
        jobs.promiseUrgent(tenant, SignInMail.KIND, request, Optional.empty());

        await().until(() -> state(request).equals("completed"));
        assertThat(relay.received).isEmpty();
    }

    @Test
    void aRequestThatSomebodyChangedIsDiscarded() throws Exception {
        SignInRequest genuine = request("pat@example.org");
        SignInRequest other = request("stranger@example.net");
        SignInRequest swapped =
                new SignInRequest(
                        genuine.header(),
                        genuine.spoolSlot(),
                        other.sealedAddress(),
                        genuine.browserMac(),
                        genuine.requestedAt());
        requests.insertIfAbsent(tenant, swapped);
        UUID id = swapped.header().object();
        jobs.promiseUrgent(tenant, SignInMail.KIND, id, Optional.empty());

        await().until(() -> state(id).equals("discarded"));
        assertThat(relay.received).isEmpty();
    }

    @Test
    void neitherTokenNorCodeNorAddressIsLogged() throws Exception {
        try (LogLines log = new LogLines()) {
            ask("pat@example.org");
            String text = text(mailNumber(1));
            String token = found(LINK, text);
            String code = found(CODE, text).replace(" ", "");
            await().until(() -> jobStore.waiting() == 0);

            assertThat(log.lines())
                    .filteredOn(line -> !line.startsWith("org.subethamail"))
                    .isNotEmpty()
                    .noneMatch(line -> line.contains(token) || line.contains(code))
                    .noneMatch(line -> line.toLowerCase(Locale.ROOT).contains("pat@example"));
        }
    }

    @Test
    void aSampleToLookAtIsWritten() throws Exception {
        ask("pat@example.org");
        MimeMessage mail = parsed(mailNumber(1));
        Path samples = Files.createDirectories(Path.of("target", "samples"));

        Files.writeString(samples.resolve("sign-in.html"), part(mail, 1));
        Files.writeString(samples.resolve("sign-in.txt"), part(mail, 0));

        assertThat(samples.resolve("sign-in.html")).isNotEmptyFile();
    }

    /// What the portal does when somebody asks.
    private UUID ask(String typed) throws Exception {
        SignInRequest request = request(typed);
        requests.insertIfAbsent(tenant, request);
        UUID id = request.header().object();
        jobs.promiseUrgent(tenant, SignInMail.KIND, id, Optional.empty());
        worker.wake();
        return id;
    }

    private SignInRequest request(String typed) {
        ObjectHeader header = header(ObjectType.SEALED_RECORD);
        DataKey key = DataKey.generate(random);
        SpoolSlot slot = sealer().seal(key, header);
        return new SignInRequest(
                header,
                slot,
                key.recordKey(KeyService.ADDRESS)
                        .seal(typed.getBytes(UTF_8), header.hash(), random),
                BROWSER,
                clock.instant());
    }

    /// A mailbox is made by the first message for its address.
    private void deliverTo(String address) throws Exception {
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
                                        EmailAddress.parse(address),
                                        Optional.empty(),
                                        Optional.empty())),
                        Optional.empty(),
                        clock.instant(),
                        Optional.empty(),
                        false,
                        Optional.empty(),
                        Optional.empty());
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
    }

    private SpoolSealer sealer() {
        return new SpoolSealer(ledger.authority().spoolKey(), clock, random);
    }

    private ObjectHeader header(ObjectType type) {
        return new ObjectHeader(type, tenant.value(), ids.next(), clock.instant(), "portal-1", 0);
    }

    private Optional<KeyService.Outcome> redeem(Redemption redemption) {
        return ledger.service().redeem(tenant, redemption);
    }

    private Received mailNumber(int number) {
        await().until(() -> relay.received.size() >= number);
        return relay.received.get(number - 1);
    }

    private String state(UUID request) {
        return column(request, "state", String.class);
    }

    private int attempts(UUID request) {
        return column(request, "attempt", Integer.class);
    }

    private Instant runAt(UUID request) {
        return column(request, "run_at", OffsetDateTime.class).toInstant();
    }

    private <T> T column(UUID request, String name, Class<T> type) {
        return mailDatabase
                .sql("SELECT * FROM job WHERE subject_id = :subject")
                .param("subject", request)
                .query((row, _) -> row.getObject(name, type))
                .single();
    }

    /// What was logged about the job of a request, without its id.
    private List<String> about(List<String> lines, UUID request) {
        String job = column(request, "job_id", UUID.class).toString();
        return lines.stream()
                .filter(line -> line.contains(job))
                .map(line -> line.replace(job, "JOB"))
                .toList();
    }

    private KeyLedger ledger() {
        DataSource database = TestDatabases.ledger();
        return KeyLedger.of(
                JdbcClient.create(database),
                new TransactionTemplate(new DataSourceTransactionManager(database)),
                LocalKeystore.inMemory(random),
                MailDatabase.of(mail),
                new MailLimits(10_000, 10_000), // one address asks for all of these tests
                _ -> {},
                clock,
                random);
    }

    private JobWorker worker() {
        SignInMail signInMail =
                new SignInMail(
                        requests,
                        ledger.service(),
                        new Languages(MailDatabase.of(mail), ledger.authority()),
                        _ -> sender(),
                        new MailComposer(new LoopMark("worker-1", MacKey.generate(random)), clock),
                        new RelayMail(
                                Relay.at("localhost", relay.port(), "localhost"),
                                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                                Steps.UNWATCHED),
                        new TimelineStore(mailDatabase),
                        clock);
        return new JobWorker(
                jobStore,
                new TransactionTemplate(new DataSourceTransactionManager(mail)),
                List.of(signInMail),
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

    private static Sender sender() {
        return new Sender(
                "Example Clinic",
                new EmailAddress("notices", "example.com"),
                Optional.empty(),
                URI.create("https://portal.example.com/"),
                List.of());
    }

    private static String found(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertThat(matcher.find()).isTrue();
        return matcher.group(1);
    }

    private static String text(Received mail) throws Exception {
        return part(parsed(mail), 0);
    }

    private static MimeMessage parsed(Received mail) throws Exception {
        return new MimeMessage(
                Session.getInstance(new Properties()), new ByteArrayInputStream(mail.content()));
    }

    private static String part(MimeMessage mail, int index) throws Exception {
        return (String) ((MimeMultipart) mail.getContent()).getBodyPart(index).getContent();
    }
}
