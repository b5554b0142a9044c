package org.postern.mail.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.SealedSource;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;
import org.postern.mail.MailSystem;
import org.postern.mail.StoppableDatabase;
import org.postern.mail.TestSite;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

class HandOverTest {

    private static final byte[] CONTENT = TestSite.plain("hello", "x".repeat(100_000));

    private static @TempDir Path data;
    private static StoppableDatabase stoppable;

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeAll
    static void startADatabaseToStop() throws Exception {
        stoppable = new StoppableDatabase(data);
    }

    @AfterAll
    static void stopIt() throws Exception {
        stoppable.close();
    }

    @BeforeEach
    void start() {
        JdbcClient.create(stoppable.mail()).sql("TRUNCATE arrival").update();
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void entriesWaitWhileTheDatabaseIsDownAndGoWhenItIsBack() throws Exception {
        Asked database = new Asked(stoppable.mail());
        stoppable.stop();
        try (HandOver handOver = system.handOver(database, site.blobs())) {
            handOver.start();
            MessageId first = system.accept(site.envelope(), CONTENT);
            MessageId second = system.accept(site.envelope(), CONTENT);
            database.refused.await();
            assertThat(system.entries()).hasSize(2);

            stoppable.startAgain();
            system.awaitEmptySpool();

            assertThat(arrived()).containsExactlyInAnyOrder(first, second);
        }
    }

    @Test
    void aDatabaseThatStopsBeforeTheCommitCostsNothing() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        system =
                site.start(step -> {
                    if (step == Step.ARRIVAL_INSERTED && first.getAndSet(false)) {
                        stopAndStartAgain();
                    }
                });
        try (HandOver handOver = system.handOver(stoppable.mail(), site.blobs())) {
            handOver.start();
            MessageId id = system.accept(site.envelope(), CONTENT);
            system.awaitEmptySpool();

            assertThat(first).as("it did stop").isFalse();
            assertThat(arrived()).containsExactly(id);
        }
    }

    @Test
    void aDatabaseThatStopsBeforeTheEntryIsGoneHasTheArrivalOnce() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        system =
                site.start(step -> {
                    if (step == Step.ARRIVAL_COMMITTED && first.getAndSet(false)) {
                        stopAndStartAgain();
                        throw new IllegalStateException("and this process fails too");
                    }
                });
        try (HandOver handOver = system.handOver(stoppable.mail(), site.blobs())) {
            handOver.start();
            MessageId id = system.accept(site.envelope(), CONTENT);
            system.awaitEmptySpool();

            assertThat(first).as("it did stop").isFalse();
            assertThat(arrived()).containsExactly(id);
        }
    }

    @Test
    void whatIsUnderWayIsFinishedBeforeHandOverCloses() throws Exception {
        Semaphore inserted = new Semaphore(0);
        CountDownLatch goOn = new CountDownLatch(1);
        system =
                site.start(step -> {
                    if (step == Step.ARRIVAL_INSERTED) {
                        inserted.release();
                        awaitQuietly(goOn);
                    }
                });
        HandOver handOver = system.handOver();
        handOver.start();
        List<MessageId> underWay = new ArrayList<>();
        for (int i = 0; i < HandOver.AT_ONCE; i++) {
            underWay.add(system.accept(site.envelope(), CONTENT));
            inserted.acquire();
        }
        MessageId waits = system.accept(site.envelope(), CONTENT);
        Thread closing = Thread.ofVirtual().start(handOver::close);
        await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);

        goOn.countDown();
        closing.join();

        assertThat(system.claim())
                .extracting(arrival -> new MessageId(arrival.header().object()))
                .containsExactlyInAnyOrderElementsOf(underWay);
        assertThat(system.entries()).containsExactly(site.spool().resolve(waits + ".entry"));
        assertThat(system.spool().waiting()).isEqualTo(1);
    }

    @Test
    void whatIsNotHandedOverWhenItStopsStaysInTheSpool() throws Exception {
        HandOver handOver = system.handOver();
        handOver.start();
        handOver.close();
        handOver.close();

        MessageId id = system.accept(site.envelope(), CONTENT);

        assertThat(system.entries()).hasSize(1);
        system = site.start();
        system.emptySpool();
        assertThat(system.claim())
                .singleElement()
                .satisfies(arrival -> assertThat(arrival.header().object()).isEqualTo(id.value()));
    }

    @Test
    void handingOverTwiceChangesNothing() throws Exception {
        MessageId id = system.accept(site.envelope(), CONTENT);
        Path entry = site.spool().resolve(id + ".entry");
        byte[] saved = Files.readAllBytes(entry);
        system.emptySpool();
        Files.write(entry, saved);

        system = site.start();
        system.emptySpool();
        system.deliver();
        Files.write(entry, saved);
        system = site.start();
        system.emptySpool();
        system.deliver();

        assertThat(site.count("arrival")).isEqualTo(1);
        assertThat(site.count("message")).isEqualTo(1);
        assertThat(site.count("job")).isEqualTo(1);
        assertThat(system.read(system.signIn(TestSite.PATIENT), id)).isEqualTo(CONTENT);
    }

    @Test
    void anObjectThatTheCollectorTookIsPutAgain() throws Exception {
        system =
                site.start(step -> {
                    if (step == Step.BLOB_PUT) {
                        deleteBlobs();
                    }
                });
        MessageId id = system.accept(site.envelope(), CONTENT);

        system.emptySpool();
        system.deliver();

        assertThat(system.read(system.signIn(TestSite.PATIENT), id)).isEqualTo(CONTENT);
    }

    @Test
    void entriesWaitWhileTheBlobStoreIsAway() throws Exception {
        Path elsewhere = folder.resolve("unplugged");
        Files.move(site.blobFolder(), elsewhere);
        CountDownLatch refused = new CountDownLatch(2);
        try (HandOver handOver =
                system.handOver(site.mailDatabase(), new CountedRefusals(site.blobs(), refused))) {
            handOver.start();
            MessageId id = system.accept(site.envelope(), CONTENT);
            refused.await();
            assertThat(site.count("arrival")).isZero();
            assertThat(system.entries()).hasSize(1);

            Files.move(elsewhere, site.blobFolder());
            system.awaitEmptySpool();
            system.deliver();

            assertThat(system.read(system.signIn(TestSite.PATIENT), id)).isEqualTo(CONTENT);
        }
    }

    @Test
    void aDamagedEntryStaysForAPersonAndHoldsUpNobody() throws Exception {
        for (int length : new int[] {0, 3, 4, 6, 40, 300, 1_500}) {
            MessageId damaged = system.accept(site.envelope(), CONTENT);
            Path entry = site.spool().resolve(damaged + ".entry");
            Files.write(entry, Arrays.copyOf(Files.readAllBytes(entry), length));
        }
        MessageId longField = system.accept(site.envelope(), CONTENT);
        Path entry = site.spool().resolve(longField + ".entry");
        byte[] bytes = Files.readAllBytes(entry);
        bytes[4] = (byte) 0xff;
        Files.write(entry, bytes);
        site.clock().advance(Duration.ofSeconds(1));
        MessageId whole = system.accept(site.envelope(), CONTENT);
        try (HandOver handOver = system.handOver()) {
            handOver.start();

            await().until(() -> site.count("arrival") == 1);
        }

        assertThat(system.claim().getFirst().header().object()).isEqualTo(whole.value());
        assertThat(system.entries()).hasSize(8);
    }

    @Test
    void anEntrySomebodyTookAwayHoldsUpNobody() throws Exception {
        MessageId taken = system.accept(site.envelope(), CONTENT);
        Files.delete(site.spool().resolve(taken + ".entry"));
        MessageId id = system.accept(site.envelope(), CONTENT);

        system.emptySpool();

        assertThat(system.claim())
                .singleElement()
                .satisfies(arrival -> assertThat(arrival.header().object()).isEqualTo(id.value()));
    }

    @Test
    void oneOfSeveralThatWasHandedOverBeforeCostsNoneOfThem() throws Exception {
        AtomicInteger commits = new AtomicInteger();
        system =
                site.start(step -> {
                    if (step == Step.ARRIVAL_COMMITTED && commits.getAndIncrement() == 0) {
                        throw new IllegalStateException("stopped before its entry was gone");
                    }
                });
        MessageId before = system.accept(site.envelope(), CONTENT);
        MessageId next = system.accept(site.envelope(), CONTENT);
        MessageId last = system.accept(site.envelope(), CONTENT);

        system.emptySpool();

        assertThat(system.claim())
                .extracting(arrival -> new MessageId(arrival.header().object()))
                .containsExactlyInAnyOrder(before, next, last);
        assertThat(site.count("audit_event")).isEqualTo(3);
    }

    @Test
    void aDefectInHandingOverOneMessageStopsNothing() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        system =
                site.start(step -> {
                    if (step == Step.ARRIVAL_INSERTED && first.getAndSet(false)) {
                        throw new IllegalStateException("a defect");
                    }
                });
        system.accept(site.envelope(), CONTENT);
        system.accept(site.envelope(), CONTENT);

        system.emptySpool();

        assertThat(site.count("arrival")).isEqualTo(2);
    }

    /// A blob store that says how often it could not put an object.
    private record CountedRefusals(BlobStore store, CountDownLatch refused) implements BlobStore {

        @Override
        public void putIfAbsent(TenantId tenant, MessageId id, ReadableByteChannel object)
                throws IOException {
            try {
                store.putIfAbsent(tenant, id, object);
            } catch (IOException e) {
                refused.countDown();
                throw e;
            }
        }

        @Override
        public boolean contains(TenantId tenant, MessageId id) throws IOException {
            return store.contains(tenant, id);
        }

        @Override
        public Optional<SealedSource> find(TenantId tenant, MessageId id) throws IOException {
            return store.find(tenant, id);
        }

        @Override
        public void delete(TenantId tenant, MessageId id) throws IOException {
            store.delete(tenant, id);
        }
    }

    /// Counts the connections that were refused.
    private static final class Asked extends DelegatingDataSource {

        private final CountDownLatch refused = new CountDownLatch(2);

        Asked(DataSource database) {
            super(database);
        }

        @Override
        public Connection getConnection() throws SQLException {
            try {
                return super.getConnection();
            } catch (SQLException e) {
                refused.countDown();
                throw e;
            }
        }
    }

    private static List<MessageId> arrived() {
        return JdbcClient.create(stoppable.mail())
                .sql("SELECT spool_id FROM arrival WHERE state = 'available'")
                .query((row, _) -> new MessageId(row.getObject(1, UUID.class)))
                .list();
    }

    private static void stopAndStartAgain() {
        try {
            stoppable.stop();
            stoppable.startAgain();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void deleteBlobs() {
        try (var files = Files.walk(site.blobFolder())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
