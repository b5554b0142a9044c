package org.postern.notifications.job;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import javax.net.ssl.SSLSocketFactory;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.crypto.MacKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;
import org.postern.db.store.TenantStore;
import org.postern.notifications.SettableClock;
import org.postern.notifications.TestDatabases;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Relay;
import org.postern.notifications.outgoing.RelayMail;
import org.postern.notifications.outgoing.Relays;
import org.postern.notifications.outgoing.TestRelay;
import org.postern.notifications.outgoing.TestRelay.Refusal;
import org.postern.notifications.rate.Allowance;
import org.postern.notifications.rate.OwnRate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// Many mails for one domain and few for another, over a real relay.
class DestinationsInTurnTest {

    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final RandomGenerator NO_JITTER = () -> Long.MIN_VALUE;
    private static final Pace PACE =
            new Pace(
                    16,
                    Duration.ofSeconds(60),
                    Duration.ofMinutes(20),
                    Duration.ofMillis(20),
                    Duration.ofSeconds(10));

    private final SettableClock clock = new SettableClock(START);
    private final DataSource database = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(database);
    private final JobStore store = new JobStore(sql);
    private final Jobs jobs = new Jobs(store, new UuidV7(clock, new SecureRandom()), clock);
    private final TenantId tenant = new TenantId(UUID.randomUUID());
    private final MacKey key = MacKey.importSecret(new byte[32]);
    private final Map<UUID, String> addresses = new ConcurrentHashMap<>();
    private final TestRelay relay = TestRelay.plain();
    private final Set<String> tried = ConcurrentHashMap.newKeySet();
    private @Nullable JobWorker worker;

    @BeforeAll
    static void patience() {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60)); // for machines that do much else
    }

    @BeforeEach
    void aTenant() {
        new TenantStore(sql).insert(tenant, "Example Clinic", "localhost", Optional.empty(), START);
        relay.toRecipient =
                recipient -> {
                    tried.add(recipient);
                    return recipient.endsWith("@dead.example")
                            ? Optional.of(new Refusal(451, "4.4.1 nobody there"))
                            : Optional.empty();
                };
    }

    @AfterEach
    void close() {
        Objects.requireNonNull(worker).close();
        relay.close();
    }

    @Test
    void aMailLeavesAtOnceThoughTenThousandWaitForADomainThatIsDead() {
        promiseMany("dead.example", 10_000);
        clock.advance(Duration.ofSeconds(1));
        promise("pat@live.example");

        start(Flow.FREE, relays());

        await().until(() -> relay.received.size() == 1);
        assertThat(tried.size()).as("of the dead domain's").isLessThanOrEqualTo(2 * PACE.atOnce());
        await().until(() -> store.destinations().resting(clock.instant()) == 1);
        await().until(() -> count("state = 'running'") == 0);
        assertThat(count("reason = 'deferred-451'")).isLessThanOrEqualTo(2 * PACE.atOnce());
        assertThat(count("state = 'available'"))
                .as("those that wait were moved without being tried")
                .isGreaterThan(9_900);
    }

    @Test
    void aDomainThatIsBackGetsAllThatWaited() {
        promiseMany("dead.example", 60);
        start(Flow.FREE, relays());
        await().until(() -> store.destinations().resting(clock.instant()) == 1);

        relay.toRecipient = _ -> Optional.empty();
        await().until(() -> {
            if (count("state = 'running'") == 0) {
                clock.advance(Duration.ofMinutes(8));
            }
            return store.waiting() == 0;
        });

        assertThat(relay.received.stream().map(TestRelay.Received::forwardPath).distinct())
                .hasSize(60);
        assertThat(count("state = 'completed'")).isEqualTo(60);
    }

    @Test
    void aSlowDomainHasItsPlacesAndNoMore() {
        CountDownLatch slow = new CountDownLatch(1);
        promiseMany("slow.example", 100);
        promiseMany("live.example", 10);
        OutgoingMail relays = relays();
        OutgoingMail slowly =
                message -> {
                    if (message.forwardPath().domain().equals("slow.example")) {
                        awaitQuietly(slow);
                    }
                    return relays.hand(message);
                };

        start(new Flow(3, DestinationRate.UNLIMITED, () -> false), slowly);

        await().until(() -> relay.received.size() == 10);
        assertThat(count("state = 'running'")).isLessThanOrEqualTo(3);
        slow.countDown();
        await().until(() -> store.waiting() == 0);
    }

    @Test
    void noDomainGetsMoreInAMinuteThanItMay() {
        promiseMany("live.example", 30);

        start(new Flow(20, new OwnRate(new Allowance(60), clock), () -> false), relays());

        await().until(() -> relay.received.size() == 6); // a tenth at once
        for (int seconds = 1; seconds <= 10; seconds++) {
            clock.advance(Duration.ofSeconds(1));
            int due = 6 + seconds;
            await().until(() -> relay.received.size() == due);
        }
        promise("pat@other.example");
        await().until(() -> relay.received.size() == 17);
        await().until(() -> count("state = 'running'") == 0);
        assertThat(count("state = 'retryable' AND reason = 'destination-rate'")).isPositive();
        assertThat(count("state = 'retryable' AND attempt > 0"))
                .as("put back untried, and counted as tried")
                .isZero();
    }

    @Test
    void whileNoRelayWorksNothingThatWaitsIsTriedButWhatSomebodyWaitsFor() {
        AtomicBoolean held = new AtomicBoolean(true);
        promiseMany("live.example", 5);
        UUID urgent = UUID.randomUUID();
        addresses.put(urgent, "reader@live.example");
        jobs.promiseUrgent(tenant, "notice", urgent, Optional.empty());

        start(new Flow(20, DestinationRate.UNLIMITED, held::get), relays());

        await().until(() -> relay.received.size() == 1);
        assertThat(relay.received.getFirst().forwardPath()).isEqualTo("reader@live.example");
        assertThat(count("state = 'available' AND attempt = 0")).isEqualTo(5);
        held.set(false);
        await().until(() -> store.waiting() == 0);
    }

    @Test
    void whatWaitsForADeadDomainIsGivenUpInTimeThoughItWasNeverTried() {
        promiseMany("dead.example", 40);
        start(Flow.FREE, relays());
        await().until(() -> store.destinations().resting(clock.instant()) == 1);

        await().until(() -> {
            if (count("state = 'running'") == 0) {
                clock.advance(Duration.ofHours(5));
            }
            return store.waiting() == 0;
        });

        assertThat(count("state = 'discarded'")).isEqualTo(40);
        assertThat(clock.instant()).isAfterOrEqualTo(START.plus(RetryPolicy.NOTICE.life()));
    }

    @Test
    void whichRelayTookAMailStaysWithItsJobAndTheSealedReplyOfOneThatDidNot() {
        relay.toRecipient = _ -> Optional.of(new Refusal(550, "5.1.1 CANARY"));
        promise("pat@live.example");

        start(Flow.FREE, relays());

        await().until(() -> count("state = 'discarded'") == 1);
        assertThat(count("relay = 'localhost:" + relay.port() + "'")).isOne();
    }

    private void start(Flow flow, OutgoingMail outgoing) {
        JobWorker started =
                new JobWorker(
                        store,
                        new TransactionTemplate(new DataSourceTransactionManager(database)),
                        List.of(new ToAddress(outgoing)),
                        KeptReplies.NONE,
                        flow,
                        PACE,
                        () -> false,
                        clock,
                        NO_JITTER,
                        Steps.UNWATCHED);
        started.start();
        worker = started;
    }

    private Relays relays() {
        return new Relays(
                List.of(
                        new RelayMail(
                                Relay.at("localhost", relay.port(), "localhost"),
                                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                                Steps.UNWATCHED)),
                clock);
    }

    private void promise(String address) {
        UUID subject = UUID.randomUUID();
        addresses.put(subject, address);
        jobs.promise(
                tenant,
                "notice",
                subject,
                new MailboxId(UUID.randomUUID()),
                there(address.substring(address.indexOf('@') + 1)));
    }

    private void promiseMany(String domain, int count) {
        new TransactionTemplate(new DataSourceTransactionManager(database))
                .executeWithoutResult(_ -> {
                    for (int i = 0; i < count; i++) {
                        promise("pat-" + i + "@" + domain);
                    }
                });
    }

    private Mac256 there(String domain) {
        return key.mac(domain.getBytes(UTF_8));
    }

    private int count(String condition) {
        return sql.sql("SELECT count(*) FROM job WHERE " + condition).query(Integer.class).single();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class ToAddress implements JobHandler {

        private final OutgoingMail outgoing;

        ToAddress(OutgoingMail outgoing) {
            this.outgoing = outgoing;
        }

        @Override
        public String kind() {
            return "notice";
        }

        @Override
        public RetryPolicy retries() {
            return RetryPolicy.NOTICE;
        }

        @Override
        public Outcome handle(Job job) {
            try {
                return outgoing.hand(
                                new OutgoingMessage(
                                        Optional.empty(),
                                        EmailAddress.parse(
                                                addresses.getOrDefault(job.subject(), "")),
                                        "A: b\r\n\r\n".getBytes(UTF_8)))
                        .outcome();
            } catch (MalformedAddressException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
