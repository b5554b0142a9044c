package org.postern.portal;

import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;
import org.postern.db.blob.FileBlobStore;
import org.postern.db.store.Job;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.MailRules;
import org.postern.db.store.MailSchema;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Issued;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.LedgerSchema;
import org.postern.keys.ledger.MailLimits;
import org.postern.mail.board.Board;
import org.postern.mail.board.DatabaseCopy;
import org.postern.mail.board.Part;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.NotReadyException;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.reading.Folders;
import org.postern.mail.reading.MessageLocks;
import org.postern.mail.reading.Reading;
import org.postern.mail.reading.Timelines;
import org.postern.mail.reply.Replies;
import org.postern.mail.returned.ReturnedMail;
import org.postern.mail.spool.HandOver;
import org.postern.mail.spool.Incoming;
import org.postern.mail.spool.Spool;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.job.KeptReplies;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.text.PinText;
import org.postern.notifications.text.TextMessages;
import org.postern.notifications.words.Languages;
import org.postern.portal.signin.SignInRequests;
import org.postern.portal.status.Components;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import redis.embedded.RedisServer;

/// A whole portal for tests: real PostgreSQL, Redis and Tomcat, the real key service and delivery,
/// two tenants at two hosts. Started once.
public final class TestPortal {

    static {
        // The client's own Host header is what these tests are about.
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host,connection");
    }

    /// The host of the first tenant, whose name is hostile.
    public static final String CLINIC = "localhost";

    /// The host of the second.
    public static final String LAW_FIRM = "law.example.net";

    /// What a careless template would turn into markup.
    public static final String HOSTILE_NAME = "Clinic '\"><x>";

    private static final class Holder {
        static final TestPortal SHARED = new TestPortal(Map.of());
    }

    private final SettableClock clock = new SettableClock();
    private final SecureRandom random = new SecureRandom();
    private final UuidV7 ids = new UuidV7(clock, random);
    private final Path folder;
    private final EmbeddedPostgres postgres;
    private final RedisServer redis;
    private final int redisPort;
    private final DataSource mailData;
    private final DataSource ledgerData;
    private final MailDatabase database;
    private final KeyLedger ledger;
    private final Board board;
    private final AbsentKeyProvider keeper = new AbsentKeyProvider(random);
    private final Spool spool;
    private final TenantId clinic;
    private @Nullable SignInRequests signInRequests;
    private @Nullable StringRedisTemplate redisClient;
    private final TenantId lawFirm;
    private final CountingKeyService keyCalls;
    private final CountingBlobs blobReads;
    private final Set<UUID> pinsDone = ConcurrentHashMap.newKeySet();
    private final int port;

    /// The one that tests share.
    public static TestPortal shared() {
        return Holder.SHARED;
    }

    /// Starts another one.
    ///
    /// @param properties that differ from the defaults
    public TestPortal(Map<String, Object> properties) {
        try {
            folder = Files.createTempDirectory("portal-test");
            postgres = EmbeddedPostgres.builder().start();
            mailData = pool(postgres.getPostgresDatabase());
            JdbcClient.create(mailData).sql("CREATE DATABASE ledger").update();
            ledgerData = pool(postgres.getDatabase("postgres", "ledger"));
            MailSchema.migrate(mailData);
            LedgerSchema.migrate(ledgerData);
            redisPort = freePort();
            redis =
                    RedisServer.newRedisServer()
                            .port(redisPort)
                            .setting("bind 127.0.0.1")
                            .setting("dir " + folder)
                            .build();
            redis.start();
            database = MailDatabase.of(mailData);
            ledger =
                    KeyLedger.of(
                            JdbcClient.create(ledgerData),
                            new TransactionTemplate(new DataSourceTransactionManager(ledgerData)),
                            keeper,
                            database,
                            new MailLimits(10_000, 10_000), // its readers sign in all day
                            _ -> {},
                            clock,
                            random);
            board =
                    new Board(
                            List.of(new DatabaseCopy(database.board())),
                            folder.resolve("board.json"),
                            clock);
            Door door = Door.open(Files.createDirectory(folder.resolve("door")), clock, random);
            clinic = tenant(HOSTILE_NAME, CLINIC, "example.com");
            lawFirm = tenant("Law & Partners", LAW_FIRM, "example.net");
            new DoorRefresh(
                            door,
                            ledger.authority(),
                            new SnapshotPublisher(database, ledger.authority(), true, clock),
                            clock)
                    .refresh();
            BlobStore blobs = new FileBlobStore(Files.createDirectory(folder.resolve("blobs")));
            keyCalls = new CountingKeyService(ledger.service());
            blobReads = new CountingBlobs(blobs);
            spool =
                    new Spool(
                            Files.createDirectory(folder.resolve("spool")),
                            door,
                            clock,
                            random,
                            Steps.UNWATCHED,
                            1 << 20);
            DeliveryWorker deliveries =
                    new DeliveryWorker(
                            new Delivery(
                                    ledger.service(),
                                    ledger.authority(),
                                    blobs,
                                    database,
                                    new ReturnedMail(database, List.of(), KeptReplies.NONE, clock),
                                    clock,
                                    random,
                                    Steps.UNWATCHED),
                            database.arrivals(),
                            () -> {},
                            () -> false,
                            clock,
                            Steps.UNWATCHED);
            HandOver handOver =
                    new HandOver(
                            spool,
                            blobs,
                            database.arrivals(),
                            database.transaction(),
                            deliveries::wake,
                            clock,
                            Steps.UNWATCHED);
            handOver.start();
            deliveries.start();
            port = run(door, blobReads, properties);
        } catch (IOException | OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    private int run(Door door, BlobStore blobs, Map<String, Object> properties) {
        KeyService keys = keyCalls.counted();
        Reading reading = new Reading(keys, database.messages(), blobs, door, clock);
        SpringApplication application = new SpringApplication(Assembly.class);
        application.setDefaultProperties(
                Map.of(
                        "server.port",
                        0,
                        "server.address",
                        "127.0.0.1",
                        "server.tomcat.max-swallow-size",
                        -1,
                        "spring.threads.virtual.enabled",
                        true,
                        "spring.servlet.multipart.enabled",
                        false,
                        "spring.mvc.publish-request-handled-events",
                        false,
                        "spring.data.redis.port",
                        redisPort,
                        "spring.data.redis.timeout",
                        "1s",
                        "spring.main.banner-mode",
                        "off"));
        application.addInitializers(context -> {
            context.getEnvironment()
                    .getPropertySources()
                    .addFirst(
                            new org.springframework.core.env.MapPropertySource("test", properties));
            GenericApplicationContext beans = (GenericApplicationContext) context;
            beans.registerBean(java.time.Clock.class, () -> clock);
            beans.registerBean(SecureRandom.class, () -> random);
            beans.registerBean(KeyService.class, () -> keys);
            beans.registerBean(MailDatabase.class, () -> database);
            beans.registerBean(Door.class, () -> door);
            beans.registerBean(Jobs.class, () -> new Jobs(database.jobs(), ids, clock));
            beans.registerBean(Folders.class, () -> new Folders(keys, database.messages(), clock));
            beans.registerBean(
                    MessageLocks.class,
                    () -> new MessageLocks(keys, new Jobs(database.jobs(), ids, clock), random));
            beans.registerBean(
                    Timelines.class,
                    () ->
                            new Timelines(
                                    keys,
                                    database,
                                    new Jobs(database.jobs(), ids, clock),
                                    ids,
                                    clock));
            beans.registerBean(Board.class, () -> board);
            beans.registerBean(
                    Components.class,
                    () ->
                            () ->
                                    List.of(
                                            new Components.Component(
                                                    Part.READING, Components.State.WORKS)));
            beans.registerBean(Reading.class, () -> reading);
            beans.registerBean(
                    Replies.class, () -> new Replies(reading, keys, spool, door, clock, random));
        });
        ConfigurableApplicationContext context = application.run();
        signInRequests = context.getBean(SignInRequests.class);
        redisClient = context.getBean(StringRedisTemplate.class);
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    @SpringBootConfiguration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(PortalConfiguration.class)
    static class Assembly {}

    public int port() {
        return port;
    }

    public SettableClock clock() {
        return clock;
    }

    public MailDatabase database() {
        return database;
    }

    /// What somebody who can write into Redis leaves there.
    public void putIntoRedisList(String key, String value) {
        Objects.requireNonNull(redisClient).opsForList().rightPush(key, value);
    }

    public SignInRequests signInRequests() {
        return Objects.requireNonNull(signInRequests);
    }

    public Board board() {
        return board;
    }

    public KeyService keys() {
        return ledger.service();
    }

    public TenantId clinic() {
        return clinic;
    }

    public TenantId lawFirm() {
        return lawFirm;
    }

    public JdbcClient mailSql() {
        return JdbcClient.create(mailData);
    }

    public JdbcClient ledgerSql() {
        return JdbcClient.create(ledgerData);
    }

    /// Where an object lies.
    public Path blob(TenantId tenant, MessageId id) {
        String name = id.toString();
        return folder.resolve("blobs")
                .resolve(tenant.toString())
                .resolve(name.substring(name.length() - 2))
                .resolve(name);
    }

    /// What the pages ask of the keys.
    public CountingKeyService keyCalls() {
        return keyCalls;
    }

    /// What the pages read of sealed objects.
    public CountingBlobs blobReads() {
        return blobReads;
    }

    public Path folder() {
        return folder;
    }

    /// Stops Redis until the returned handle is closed.
    public AutoCloseable withoutRedis() throws IOException {
        redis.stop();
        return redis::start;
    }

    /// Takes the keeper of the root key away until the returned handle is closed.
    public AutoCloseable withoutKeyProvider() {
        return keeper.away();
    }

    /// Stops both databases for good.
    public void stopDatabase() throws IOException {
        postgres.close();
    }

    public int redisPort() {
        return redisPort;
    }

    /// A browser at the first tenant's portal.
    public Browser browser() {
        return new Browser(port, CLINIC);
    }

    /// A browser at any host.
    public Browser browserAt(String host) {
        return new Browser(port, host);
    }

    /// A browser whose owner has signed in with the link.
    public Browser signedIn(String address) {
        return signIn(browser(), address);
    }

    /// The same in a browser that calls itself so.
    public Browser signedIn(String address, String userAgent) {
        return signIn(browser().with("User-Agent", userAgent), address);
    }

    /// Gives the notice of a message of the clinic's, for its one recipient, this number.
    public void number(MessageId message, String number) {
        database.notices()
                .insertNumberIfAbsent(
                        clinic,
                        number,
                        message,
                        mailSql()
                                .sql(
                                        "SELECT mailbox_id FROM slot WHERE message_id = :message"
                                                + " AND received")
                                .param("message", message.value())
                                .query((row, _) ->
                                        new MailboxId(row.getObject("mailbox_id", UUID.class)))
                                .single(),
                        clock.instant());
    }

    /// Where the owner of the address is after signing in, who wanted to go to this message or
    /// notice.
    public String arrival(Browser browser, String address, String wanted) {
        browser.post("/sign-in", Map.of("address", address, "m", wanted), "/sign-in");
        Browser.Page page = browser.get("/signin/" + newestMail().token());
        return browser.post("/signin", page.hiddenFields()).header("Location").orElseThrow();
    }

    /// Signs the owner of the address in, in this browser.
    public Browser signIn(Browser browser, String address) {
        browser.post("/sign-in", Map.of("address", address), "/sign-in");
        Issued issued = newestMail();
        Browser.Page page = browser.get("/signin/" + issued.token());
        browser.post("/signin", page.hiddenFields());
        return browser;
    }

    /// What the sign-in mail for the newest request says.
    public Issued newestMail() {
        return mail().orElseThrow();
    }

    /// The same, or empty for an address that nobody has.
    public Optional<Issued> mail() {
        SignInRequest request =
                database.signInRequests().find(clinic, newestRequest()).orElseThrow();
        try {
            return ledger.service().issue(request);
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// How many sign-in requests there are, and jobs promised for them.
    public long requests() {
        return JdbcClient.create(mailData)
                .sql(
                        "SELECT count(*) FROM sign_in_request JOIN job ON subject_id = request_id"
                                + " AND kind = 'sign-in'")
                .query(Long.class)
                .single();
    }

    private UUID newestRequest() {
        return JdbcClient.create(mailData)
                .sql("SELECT request_id FROM sign_in_request ORDER BY request_id DESC LIMIT 1")
                .query(UUID.class)
                .single();
    }

    /// Everything the mail database holds of a kind of audit event.
    public long events(String kind) {
        return JdbcClient.create(mailData)
                .sql("SELECT count(*) FROM audit_event WHERE kind = :kind")
                .param("kind", kind)
                .query(Long.class)
                .single();
    }

    /// Accepts a message of the first tenant and waits until it is delivered.
    public MessageId deliver(String from, List<String> to, String message) {
        return deliver(
                from, to, message.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    /// The same, byte for byte.
    public MessageId deliver(String from, List<String> to, byte[] message) {
        return deliver(clinic, from, to, out -> out.write(message));
    }

    /// The same for any tenant, of content that need not be in memory.
    public MessageId deliver(TenantId tenant, String from, List<String> to, Content content) {
        return deliver(envelope(tenant, from, to, Optional.empty(), Optional.empty()), content);
    }

    /// The same with a password that its author gave it.
    public MessageId deliverLocked(
            String from, List<String> to, MessagePassword password, String message) {
        byte[] content = message.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return deliver(
                envelope(clinic, from, to, Optional.of(password), Optional.empty()),
                out -> out.write(content));
    }

    /// The same with a phone to which PINs go.
    public MessageId deliverLocked(
            String from, List<String> to, PhoneNumber phone, String message) {
        byte[] content = message.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return deliver(
                envelope(clinic, from, to, Optional.empty(), Optional.of(phone)),
                out -> out.write(content));
    }

    private MessageId deliver(Envelope envelope, Content content) {
        MessageId id;
        try (Incoming incoming = spool.begin(envelope)) {
            content.writeTo(incoming);
            id = incoming.accept();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NotReadyException e) {
            throw new IllegalStateException(e);
        }
        awaitDelivery(envelope.tenant(), id);
        return id;
    }

    /// Writes a message.
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /// Does what the worker does with the PIN that was asked for since the last time.
    public Outcome sendPin(TextMessages messages) {
        Job job =
                JdbcClient.create(mailData)
                        .sql(
                                "SELECT * FROM job WHERE kind = 'pin-text' AND NOT job_id = ANY"
                                        + " (:done)")
                        .param("done", pinsDone.toArray(UUID[]::new))
                        .query((row, _) ->
                                new Job(
                                        new JobId(row.getObject("job_id", UUID.class)),
                                        new TenantId(row.getObject("tenant_id", UUID.class)),
                                        PinText.KIND,
                                        row.getObject("subject_id", UUID.class),
                                        Optional.of(
                                                new MailboxId(
                                                        row.getObject("mailbox_id", UUID.class))),
                                        1,
                                        clock.instant()))
                        .single();
        pinsDone.add(job.id().value());
        Sender sender =
                new Sender(
                        HOSTILE_NAME,
                        address("portal@example.com"),
                        Optional.empty(),
                        URI.create("https://" + CLINIC),
                        List.of());
        return new PinText(
                        ledger.service(),
                        new Languages(database, ledger.authority()),
                        _ -> sender,
                        messages)
                .handle(job);
    }

    /// How many jobs of this kind there are.
    public long jobs(String kind) {
        return JdbcClient.create(mailData)
                .sql("SELECT count(*) FROM job WHERE kind = :kind")
                .param("kind", kind)
                .query(Long.class)
                .single();
    }

    public void awaitDelivery(MessageId id) {
        awaitDelivery(clinic, id);
    }

    private void awaitDelivery(TenantId tenant, MessageId id) {
        await().atMost(Duration.ofSeconds(50))
                .until(() -> database.messages().find(tenant, id).isPresent());
    }

    private Envelope envelope(
            TenantId tenant,
            String from,
            List<String> to,
            Optional<MessagePassword> password,
            Optional<PhoneNumber> phone) {
        return new Envelope(
                tenant,
                Optional.empty(),
                Optional.of(address(from)),
                Optional.of(address(from)),
                to.stream()
                        .map(each ->
                                new Envelope.Recipient(
                                        address(each), Optional.empty(), Optional.empty()))
                        .toList(),
                Optional.empty(),
                clock.instant(),
                Optional.of(MailRules.Keeping.DEFAULT.terms(clock.instant())),
                false,
                password,
                phone);
    }

    private TenantId tenant(String name, String host, String domain) {
        TenantId tenant = new TenantId(ids.next());
        ledger.authority().createTenant(tenant);
        database.tenants().insert(tenant, name, host, Optional.empty(), clock.instant());
        database.tenants().insertDomain(tenant, domain, clock.instant());
        return tenant;
    }

    private static EmailAddress address(String text) {
        try {
            return EmailAddress.parse(text);
        } catch (MalformedAddressException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static DataSource pool(DataSource database) {
        HikariConfig config = new HikariConfig();
        config.setDataSource(database);
        config.setMaximumPoolSize(16);
        config.setConnectionTimeout(1_000);
        return new HikariDataSource(config);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /// Every file under the test's folder.
    public List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }
}
