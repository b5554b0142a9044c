package org.postern.keys;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.RecordKey;
import org.postern.crypto.SigningKey;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.Admitted;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.LedgerUnderTest.Running;
import org.postern.keys.ledger.DamagedLedgerException;
import org.postern.keys.ledger.Inventory;
import org.postern.keys.ledger.LedgerVerifier;
import org.postern.keys.ledger.Rotation;
import org.postern.keys.ledger.Rotation.Step;
import org.postern.keys.provider.KeyProvider;
import org.postern.keys.provider.LocalKeystore;

/// An operator rotates keys while people read and mail comes in.
class RotationTest {

    private static final String PATIENT = "patient@example.org";

    /// More than a page of rows, so that a rotation has several batches.
    private static final int MANY = 520;

    private static final int FAILED = 1_000_000;

    private final SecureRandom random = new SecureRandom();
    private final LedgerUnderTest ledger = new LedgerUnderTest();
    private final KeyProvider root = LocalKeystore.inMemory(random);
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T12:00:00Z"));
    private final List<Message> messages = new CopyOnWriteArrayList<>();

    private Running process;
    private TenantId tenant;
    private ReadingKey reader;

    @TempDir private Path folder;

    /// A message that was delivered, as the mail database has it.
    private record Message(Sealed sealed, Slot slot, SealedRecord summary) {}

    @BeforeEach
    void deliver() throws Exception {
        process = ledger.start(root, clock, _ -> {});
        tenant = process.scene().tenant();
        deliver(process.scene(), PATIENT);
        reader = process.scene().signIn(tenant, PATIENT).reader();
    }

    @Test
    void aTenantKeyIsRotatedWhileReadersReadAndMailComesInAndNothingFails() throws Exception {
        deliverToMany();
        Running other = ledger.start(root, clock, _ -> {});

        underLoad(
                other,
                rounds -> {
                    assertThat(process.ledger().rotation().rotateTenant(tenant)).isTrue();
                    assertThat(other.ledger().rotation().rotateTenant(tenant))
                            .as("one at a time")
                            .isFalse();
                    for (int minute = 0; minute < 12; minute++) {
                        rounds.run();
                        process.ledger().rotation().sweep();
                        clock.advance(Duration.ofMinutes(1));
                    }
                    rounds.run();
                    process.ledger().rotation().sweep();
                });

        assertThat(versions()).containsExactly(2);
        assertThat(process.ledger().inventory().tenant(tenant).versions())
                .singleElement()
                .satisfies(version -> assertThat(version.rows()).isGreaterThan(2L * MANY));
        assertThatAllIsWhole();
    }

    @Test
    void mailboxKeysAreRotatedWhileReadersReadAndMailComesInAndNothingFails() throws Exception {
        deliverToMany();
        Running other = ledger.start(root, clock, _ -> {});

        underLoad(
                other,
                rounds -> {
                    clock.advance(Duration.ofMinutes(1));
                    process.ledger().rotation().rotateMailboxes(tenant);
                    rounds.run();
                    process.ledger().rotation().sweep();
                    rounds.run();
                });

        assertThat(messages.getFirst().slot().version()).isEqualTo(1);
        assertThat(messages.getLast().slot().version()).isEqualTo(2);
        assertThat(process.ledger().inventory().tenant(tenant).former()).isGreaterThan(MANY);
        assertThatAllIsWhole();
    }

    @Test
    void theRootKeyIsRotatedWhileReadersReadAndMailComesInAndNothingFails() throws Exception {
        Running other = ledger.start(root, clock, _ -> {});

        underLoad(
                other,
                rounds -> {
                    rounds.run();
                    process.ledger().rotation().rotateRoot();
                    for (int minute = 0; minute < 6; minute++) {
                        rounds.run();
                        clock.advance(Duration.ofMinutes(1));
                    }
                });

        assertThat(process.ledger().inventory().root().under()).containsOnlyKeys("2");
        assertThatAllIsWhole();
    }

    @Test
    void theSigningKeyIsRotatedWhileReadersReadAndMailComesInAndNothingFails() throws Exception {
        Running other = ledger.start(root, clock, _ -> {});

        underLoad(
                other,
                rounds -> {
                    for (int version = 2; version <= 4; version++) {
                        rounds.run();
                        assertThat(process.ledger().rotation().rotateSigning()).isEqualTo(version);
                    }
                    rounds.run();
                });

        Succession keys = process.scene().authority().succession();
        assertThat(keys.keys()).hasSize(4).doesNotHaveDuplicates();
        assertThat(other.scene().authority().succession()).isEqualTo(keys);
        assertThat(secretsOfSigningKeys()).containsExactly(4);
        assertThatAllIsWhole();
    }

    @Test
    void mailSealedUnderACertificateOfAFormerKeyIsAdmitted() throws Exception {
        Sealed waiting = process.scene().message(tenant);
        process.ledger().rotation().rotateSigning();
        clock.advance(Duration.ofDays(20));
        process.ledger().rotation().rotateSigning();

        assertThat(ledger.start(root, clock, _ -> {}).scene().admit(waiting).mailboxes())
                .isNotEmpty();
    }

    @Test
    void aDeletionSignedByAFormerKeyIsRepeated() throws Exception {
        Message message = messages.getFirst();
        process.scene().keys().destroy(tenant, message.sealed().message(), Set.of());
        process.ledger().rotation().rotateSigning();
        Admitted again = process.scene().admit(process.scene().message(tenant));
        assertThat(again.mailboxes()).isNotEmpty();
        // As if the ledger were of the day before.
        ledger.sql()
                .sql(
                        """
                        INSERT INTO shred_secret (tenant_id, object_id, mailbox_id, wrapped_secret)
                        SELECT tenant_id, :object, mailbox_id, wrapped_secret FROM shred_secret LIMIT 1
                        """)
                .param("object", message.sealed().message().value())
                .update();
        ledger.sql().sql("DELETE FROM repeated_deletion").update();

        ledger.start(root, clock, _ -> {}).scene().signIn(tenant, PATIENT);

        assertThat(
                        ledger.sql()
                                .sql("SELECT count(*) FROM shred_secret WHERE object_id = :object")
                                .param("object", message.sealed().message().value())
                                .query(Long.class)
                                .single())
                .isZero();
    }

    @Test
    void aSigningKeyThatNobodyNamedIsFoundAndNothingIsSignedWithIt() throws Exception {
        process.scene().authority().publicKey();
        process.ledger().rotation().rotateSigning();
        SigningKey stranger = SigningKey.generate(random);
        SigningKey another = SigningKey.generate(random);
        byte[] forged =
                Succession.of(stranger.publicKey())
                        .handOver(stranger, another, clock.instant())
                        .encode();

        ledger.sql()
                .sql("UPDATE signing_key SET succession = :forged WHERE version = 2")
                .param("forged", forged)
                .update();

        assertThatThrownBy(() -> process.scene().authority().succession())
                .isInstanceOf(DamagedLedgerException.class);
        LedgerVerifier.Verdict verdict = process.ledger().verifier().verify();
        assertThat(verdict.named()).containsExactly("succession of the signing keys");
    }

    @Test
    void aRotationBrokenOffAfterEveryStepGoesOnAndIsReadableInBetween() throws Exception {
        deliverToMany();
        clock.advance(Duration.ofMinutes(1));
        Set<Step> seen = EnumSet.noneOf(Step.class);
        Runnable rotation =
                () -> {
                    Running next = ledger.start(root, clock, RotationTest::breakOff);
                    Rotation rotating = next.ledger().rotation();
                    if (!process.ledger().inventory().root().under().keySet().equals(Set.of("2"))) {
                        rotating.rotateRoot();
                    }
                    if (!seen.contains(Step.SIGNING_SECRET_DESTROYED)) {
                        rotating.rotateSigning();
                    }
                    if (!seen.contains(Step.MAILBOXES_ORDERED)) {
                        rotating.rotateMailboxes(tenant);
                    }
                    if (!seen.contains(Step.TENANT_VERSION_MADE)) {
                        rotating.rotateTenant(tenant);
                    }
                    rotating.sweep();
                };
        int broken = 0;
        while (true) {
            try {
                rotation.run();
                if (clock.instant().isAfter(Instant.parse("2026-03-02T13:00:00Z"))) {
                    break;
                }
                clock.advance(Duration.ofHours(1)); // the new version has settled
            } catch (BrokenOffException e) {
                seen.add(e.step);
                broken++;
                assertThatAllIsWhole();
            }
        }

        assertThat(seen).containsExactlyInAnyOrder(Step.values());
        assertThat(broken).as("several batches of some").isGreaterThan(Step.values().length);
        assertThat(versions()).containsExactly(2);
        assertThat(process.ledger().inventory().root().under()).containsOnlyKeys("2");
        assertThat(process.ledger().inventory().tenant(tenant).waiting()).isZero();
        assertThat(secretsOfSigningKeys()).as("one rotation, in two goes").containsExactly(2);
    }

    @Test
    void theKeystoreHasTheNewVersionBeforeAnythingIsUnderIt() throws Exception {
        Path file = folder.resolve("root.keystore");
        char[] passphrase = "correct horse battery staple".toCharArray();
        LedgerUnderTest fresh = new LedgerUnderTest();
        Running first =
                fresh.start(
                        LocalKeystore.openOrCreate(file, passphrase, random),
                        clock,
                        RotationTest::breakOff);
        first.scene().authority().publicKey();

        assertThatThrownBy(() -> first.ledger().rotation().rotateRoot())
                .isInstanceOf(BrokenOffException.class);

        KeyProvider reopened = LocalKeystore.openOrCreate(file, passphrase, random);
        assertThat(reopened.currentVersion()).isEqualTo("2");
        Running second = fresh.start(reopened, clock, _ -> {});
        assertThat(second.ledger().rotation().rotateRoot())
                .as("what was broken off goes on, without another version")
                .isEqualTo(new Rotation.RootRotated("2", 1));
        assertThat(second.ledger().verifier().verify().isWhole()).isTrue();
    }

    @Test
    void aRowLeftUnderAnOldVersionIsFoundAndNamed() throws Exception {
        Sealed message = messages.getFirst().sealed();
        byte[] before =
                ledger.sql()
                        .sql("SELECT wrapped_secret FROM shred_secret WHERE object_id = :object")
                        .param("object", message.message().value())
                        .query((row, _) -> row.getBytes(1))
                        .list()
                        .getFirst();
        process.ledger().rotation().rotateTenant(tenant);
        clock.advance(Duration.ofMinutes(10));
        process.ledger().rotation().sweep();
        assertThatAllIsWhole();

        ledger.sql()
                .sql(
                        """
                        UPDATE shred_secret SET wrapped_secret = :before
                         WHERE object_id = :object AND mailbox_id = (SELECT min(mailbox_id::text)::uuid FROM shred_secret)
                        """)
                .param("before", before)
                .param("object", message.message().value())
                .update();

        LedgerVerifier.Verdict verdict = process.ledger().verifier().verify();
        assertThat(verdict.isWhole()).isFalse();
        assertThat(verdict.failed()).isEqualTo(1);
        assertThat(verdict.named())
                .singleElement()
                .asString()
                .startsWith("shred_secret " + tenant)
                .contains(message.message().toString());
        assertThat(verdict.opened()).containsEntry("shred_secret", 1L).containsEntry("mailbox", 2L);
    }

    @Test
    void aRowThatDoesNotOpenKeepsItsVersionAlive() {
        ledger.sql()
                .sql(
                        "UPDATE shred_secret SET wrapped_secret = set_byte(wrapped_secret, 40,"
                                + " get_byte(wrapped_secret, 40) # 1)")
                .update();
        process.ledger().rotation().rotateTenant(tenant);
        clock.advance(Duration.ofMinutes(10));

        process.ledger().rotation().sweep();

        assertThat(versions()).containsExactly(1, 2);
    }

    @Test
    void aMessageAdmittedAgainAfterARotationHasTheSameSummaryKey() throws Exception {
        Message first = messages.getFirst();
        rotateMailboxes();

        Admitted again = process.scene().admit(first.sealed());

        assertThat(KeyScene.of(again, PATIENT).slot().version()).isEqualTo(1);
        assertThat(opens(KeyScene.of(again, PATIENT).summaryKey(), first)).isTrue();
    }

    @Test
    void aFormerMailboxKeyIsDeletedWhenNoMessageNeedsIt() throws Exception {
        rotateMailboxes();
        clock.advance(Duration.ofDays(1));
        process.ledger().rotation().forgetUnneeded();
        assertThat(process.ledger().inventory().tenant(tenant).former()).isEqualTo(2);

        process.scene().keys().destroy(tenant, messages.getFirst().sealed().message(), Set.of());
        process.ledger().rotation().forgetUnneeded();

        assertThat(process.ledger().inventory().tenant(tenant).former()).isZero();
    }

    @Test
    void theAgesAreThoseOfTheKeysInUse() {
        Instant made = clock.instant();
        process.ledger().inventory().meetRoot();
        clock.advance(Duration.ofDays(3));
        assertThat(process.ledger().inventory().madeAt())
                .containsEntry(Inventory.Level.ROOT, made)
                .containsEntry(Inventory.Level.TENANT, made)
                .containsEntry(Inventory.Level.MAILBOX, made);

        rotateMailboxes();
        process.ledger().rotation().rotateRoot();
        process.ledger().rotation().rotateTenant(tenant);
        process.ledger().rotation().rotateSigning();

        assertThat(process.ledger().inventory().madeAt())
                .containsEntry(Inventory.Level.ROOT, clock.instant())
                .containsEntry(Inventory.Level.TENANT, clock.instant())
                .containsEntry(Inventory.Level.MAILBOX, clock.instant())
                .containsEntry(Inventory.Level.SIGNING, clock.instant());
    }

    private List<Integer> secretsOfSigningKeys() {
        return ledger.sql()
                .sql("SELECT version FROM signing_key WHERE wrapped_key IS NOT NULL")
                .query((row, _) -> row.getInt("version"))
                .list();
    }

    private void rotateMailboxes() {
        clock.advance(Duration.ofMinutes(1));
        process.ledger().rotation().rotateMailboxes(tenant);
        process.ledger().rotation().sweep();
    }

    /// Reads and admits in other threads, in both processes, while `work` goes on. What it is given
    /// waits until every thread has been round once more.
    private void underLoad(Running other, Consumer<Runnable> work) throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Semaphore> rounds = new ArrayList<>();
        List<Future<?>> running = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (KeyScene scene : List.of(process.scene(), other.scene())) {
                for (Round round : List.<Round>of(this::readAll, each -> deliver(each, PATIENT))) {
                    Semaphore made = new Semaphore(0);
                    rounds.add(made);
                    running.add(
                            threads.submit(() -> {
                                try {
                                    while (!over.get()) {
                                        round.run(scene);
                                        made.release();
                                    }
                                } finally {
                                    made.release(FAILED); // nobody waits for one that failed
                                }
                                return null;
                            }));
                }
            }
            try {
                work.accept(() -> rounds.forEach(RotationTest::awaitAnother));
            } finally {
                over.set(true);
            }
        }
        for (Future<?> each : running) {
            each.get();
        }
        readAll(process.scene());
        readAll(other.scene());
    }

    /// The one under way, and a whole one after it.
    private static void awaitAnother(Semaphore rounds) {
        int before = rounds.availablePermits();
        if (before < FAILED) {
            rounds.acquireUninterruptibly(before + 2);
        }
    }

    @FunctionalInterface
    private interface Round {
        void run(KeyScene scene) throws Exception;
    }

    private void deliver(KeyScene scene, String recipient) throws OpeningFailedException {
        Sealed sealed = scene.message(tenant, Optional.of("nurse@example.com"), recipient);
        KeyService.AdmittedMailbox mailbox = KeyScene.of(scene.admit(sealed), recipient);
        messages.add(
                new Message(
                        sealed,
                        mailbox.slot(),
                        mailbox.summaryKey()
                                .seal(
                                        new byte[] {7},
                                        sealed.name().headerHash().toBytes(),
                                        random)));
    }

    private void deliverToMany() throws OpeningFailedException {
        String[] many =
                IntStream.range(0, MANY)
                        .mapToObj(i -> "person" + i + "@example.org")
                        .toArray(String[]::new);
        process.scene().admit(process.scene().message(tenant, Optional.empty(), many));
    }

    /// Some of the oldest, and the newest.
    private void readAll(KeyScene scene) throws Exception {
        // A copy first: a view of a list that another thread adds to does not outlive the addition.
        List<Message> now = List.copyOf(messages);
        List<Message> some = new ArrayList<>(now.subList(0, Math.min(5, now.size())));
        some.add(now.getLast());
        for (Message message : some) {
            assertThat(
                            message.sealed()
                                    .openedBy(
                                            scene.keys()
                                                    .open(
                                                            tenant,
                                                            reader,
                                                            message.sealed().name(),
                                                            message.slot())))
                    .isTrue();
            RecordKey key =
                    requireNonNull(
                            scene.keys()
                                    .summaries(tenant, reader, Set.of(message.sealed().name()))
                                    .get(message.sealed().message()));
            assertThat(opens(key, message)).isTrue();
        }
        scene.authority().lend(tenant);
    }

    private static boolean opens(RecordKey key, Message message) {
        try {
            return key.open(message.summary(), message.sealed().name().headerHash().toBytes())[0]
                    == 7;
        } catch (OpeningFailedException e) {
            return false;
        }
    }

    private List<Integer> versions() {
        return process.ledger().inventory().tenant(tenant).versions().stream()
                .map(Inventory.Version::version)
                .toList();
    }

    /// To a process that remembers nothing, and to one that remembers.
    private void assertThatAllIsWhole() throws Exception {
        assertThat(process.ledger().verifier().verify().named()).isEmpty();
        readAll(ledger.start(root, clock, _ -> {}).scene());
        readAll(process.scene());
    }

    private static void breakOff(Step step) {
        throw new BrokenOffException(step);
    }

    private static final class BrokenOffException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private final Step step;

        BrokenOffException(Step step) {
            super(step.name());
            this.step = step;
        }
    }
}
