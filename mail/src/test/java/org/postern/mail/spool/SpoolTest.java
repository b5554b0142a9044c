package org.postern.mail.spool;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.Content;
import org.postern.db.MessageId;
import org.postern.db.Step;
import org.postern.mail.AtOnce;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;

class SpoolTest {

    private static final byte[] CONTENT =
            TestSite.plain("canary-subject-7f3a", "canary-body-7f3a ".repeat(5_000));

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void anAcceptedMessageIsOneEntryThatWaits() throws Exception {
        MessageId id = system.accept(site.envelope(), CONTENT);

        assertThat(system.entries()).containsExactly(site.spool().resolve(id + ".entry"));
        assertThat(system.spool().waiting()).isEqualTo(1);
    }

    @Test
    void nothingRemainsOfAnAbandonedMessage() throws Exception {
        try (Incoming incoming = system.spool().begin(site.envelope())) {
            incoming.write(CONTENT);
            assertThat(system.entries()).hasSize(1);
        }

        assertThat(system.entries()).isEmpty();
        assertThat(system.spool().waiting()).isZero();
    }

    @Test
    void onlyWhatWasAcceptedIsFoundAgainOldestFirst() throws Exception {
        MessageId first = system.accept(site.envelope(), CONTENT);
        site.clock().advance(Duration.ofSeconds(1));
        MessageId second = system.accept(site.envelope(), CONTENT);
        Incoming half = system.spool().begin(site.envelope());
        half.write(CONTENT);
        Files.writeString(site.spool().resolve("stray.entry"), "somebody put this here");

        Spool again = site.start().spool();

        assertThat(again.next(3)).containsExactly(first, second);
        assertThat(again.waiting()).isZero();
        assertThat(system.entries())
                .extracting(path -> path.getFileName().toString())
                .containsExactlyInAnyOrder(first + ".entry", second + ".entry", "stray.entry");
    }

    @Test
    void howLongTheOldestHasWaitedIsKnown() throws Exception {
        assertThat(system.spool().oldest()).isEmpty();
        Instant first = site.clock().instant();
        system.accept(site.envelope(), CONTENT);
        site.clock().advance(Duration.ofSeconds(1));
        system.accept(site.envelope(), CONTENT);
        Path stray = Files.writeString(site.spool().resolve("0.entry"), "somebody put this here");

        assertThat(system.spool().oldest()).contains(first);

        Files.delete(stray);
        system.emptySpool();
        assertThat(system.spool().oldest()).isEmpty();
    }

    @Test
    void whatIsReadBackIsNeverAcceptedAndGoneAfterwards() throws Exception {
        try (Incoming incoming = system.spool().begin(site.envelope())) {
            incoming.write(CONTENT);
            try (Content content = incoming.readBack()) {
                assertThat(content.stream().readAllBytes()).isEqualTo(CONTENT);
            }
            assertNoCanary();
            assertThatThrownBy(incoming::accept).isInstanceOf(IOException.class);
        }

        assertThat(system.entries()).isEmpty();
        assertThat(system.spool().waiting()).isZero();
    }

    @Test
    void whatACrashLeavesOfAMessageThatIsReadBackIsRemovedAtTheNextStart() throws Exception {
        Incoming incoming = system.spool().begin(site.envelope());
        incoming.write(CONTENT);
        try (Content content = incoming.readBack()) {
            assertThat(content.stream().read()).isNotNegative();
            assertThat(system.entries()).hasSize(1);

            assertThat(site.start().spool().waiting()).isZero();
        }

        assertThat(system.entries()).isEmpty();
    }

    @Test
    void aMessageThatWasChangedOnTheDiskIsNotReadBack() throws Exception {
        try (Incoming incoming = system.spool().begin(site.envelope())) {
            for (int i = 0; i < 4; i++) {
                incoming.write(CONTENT); // more than waits in memory
            }
            Path half = system.entries().getFirst();
            byte[] bytes = Files.readAllBytes(half);
            bytes[bytes.length - 1] ^= 1;
            Files.write(half, bytes, StandardOpenOption.WRITE);
            assertThatThrownBy(
                            () -> {
                                try (Content content = incoming.readBack()) {
                                    content.stream().readAllBytes();
                                }
                            })
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void noPlaintextIsOnTheDiskBeforeOrAfterAcceptance() throws Exception {
        try (Incoming incoming = system.spool().begin(site.envelope())) {
            for (byte b : CONTENT) {
                incoming.write(b);
            }
            assertNoCanary();
            incoming.accept();
        }

        assertNoCanary();
    }

    @Test
    void oneIdTakenTwiceIsOneMessage() throws Exception {
        UUID id = site.id();
        byte[] first = TestSite.plain("one", "first");
        try (Incoming one = system.spool().begin(site.envelope(), id);
                Incoming two = system.spool().begin(site.envelope(), id)) {
            one.write(first);
            two.write(CONTENT);
            one.accept();
            assertThat(two.accept()).isEqualTo(new MessageId(id));
        }
        assertThat(system.spool().waiting()).isEqualTo(1);
        assertThat(system.entries()).hasSize(1);

        system.emptySpool();
        try (Incoming late = system.spool().begin(site.envelope(), id)) {
            late.write(CONTENT);
            late.accept();
        }
        system.emptySpool();
        system.deliver();

        assertThat(site.count("message")).isEqualTo(1);
        assertThat(system.read(system.signIn(TestSite.PATIENT), new MessageId(id)))
                .isEqualTo(first);
    }

    @Test
    void oneIdTakenManyTimesAtOnceIsOneMessage() throws Exception {
        UUID id = site.id();

        AtOnce.run(
                8,
                i ->
                        () -> {
                            try (Incoming incoming = system.spool().begin(site.envelope(), id)) {
                                incoming.write(TestSite.plain("n", "number " + i));
                                return incoming.accept();
                            }
                        });

        assertThat(system.spool().waiting()).isEqualTo(1);
        system.emptySpool();
        system.deliver();
        assertThat(system.inbox(system.signIn(TestSite.PATIENT))).hasSize(1);
    }

    @Test
    void noMessageIsBegunWithoutRoom() throws Exception {
        Spool full =
                new Spool(
                        site.spool(),
                        system.door(),
                        site.clock(),
                        site.random(),
                        _ -> {},
                        Long.MAX_VALUE);

        assertThat(full.hasRoom()).isFalse();
        assertThatThrownBy(() -> full.begin(site.envelope()))
                .isInstanceOf(SpoolFullException.class);
        assertThat(system.entries()).isEmpty();
    }

    @Test
    void fileAndFolderAreForcedBeforeTheMessageIsOurs() throws Exception {
        List<String> seen = new ArrayList<>();
        MailSystem watched = site.start(step -> seen.add(step + " " + hasEntry()));

        watched.accept(site.envelope(), CONTENT);

        assertThat(seen)
                .containsExactly(
                        Step.SPOOL_FILE_WRITTEN + " false",
                        Step.SPOOL_FILE_FORCED + " false",
                        Step.SPOOL_ENTRY_RENAMED + " true",
                        Step.SPOOL_DIRECTORY_FORCED + " true");
    }

    @Test
    void nothingRemainsOfAMessageWhoseFolderGoesAwayBeforeItIsOurs() throws Exception {
        Path away = folder.resolve("unplugged");
        AtomicBoolean first = new AtomicBoolean(true);
        MailSystem unlucky =
                site.start(step -> {
                    if (step == Step.SPOOL_FILE_FORCED && first.getAndSet(false)) {
                        move(site.spool(), away);
                    }
                });
        try (Incoming incoming = unlucky.spool().begin(site.envelope())) {
            incoming.write(CONTENT);
            assertThatThrownBy(incoming::accept).isInstanceOf(IOException.class);
            move(away, site.spool());
        }
        assertThat(unlucky.entries()).isEmpty();
        assertThat(unlucky.spool().waiting()).isZero();

        unlucky.accept(site.envelope(), CONTENT);

        assertThat(unlucky.spool().waiting()).isEqualTo(1);
        assertThat(site.start().spool().waiting()).isEqualTo(1);
    }

    private static void move(Path from, Path to) {
        try {
            Files.move(from, to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean hasEntry() {
        return system.entries().stream().anyMatch(path -> path.toString().endsWith(".entry"));
    }

    private void assertNoCanary() throws Exception {
        for (Path file : system.entries()) {
            String bytes = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            assertThat(bytes)
                    .doesNotContain("canary")
                    .doesNotContain("patient")
                    .doesNotContain("nurse")
                    .doesNotContain(new String("Nurse Joy".getBytes(UTF_8), UTF_8));
        }
    }
}
