package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.MacKey;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.notifications.SettableClock;
import org.postern.notifications.notice.Notice;
import org.postern.notifications.notice.NoticeMail;
import org.postern.notifications.notice.Way;

class OutboxTest {

    @TempDir Path data;

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));
    private final SecureRandom random = new SecureRandom();
    private final List<Step> steps = new CopyOnWriteArrayList<>();

    @Test
    void theNewestMailComesFirst() throws Exception {
        Path folder = data.resolve("outbox");
        OutboxMail mail = new OutboxMail(folder, clock, random, steps::add);
        Outbox outbox = new Outbox(folder);
        assertThat(outbox.list(10)).isEmpty();

        mail.hand(notice("first@example.org"));
        clock.advance(Duration.ofSeconds(1));
        mail.hand(notice("zoë@example.org"));

        assertThat(outbox.list(10))
                .extracting(OutboxEntry::to)
                .containsExactly("zoë@example.org", "first@example.org");
        assertThat(outbox.list(1))
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.at()).isEqualTo(clock.instant());
                    assertThat(entry.subject())
                            .isEqualTo("Zoë Smith has sent you a secure message");
                });
        assertThat(steps).containsExactly(Step.MAIL_HANDED_OVER, Step.MAIL_HANDED_OVER);
    }

    @Test
    void aMailIsReadWithItsLinks() throws Exception {
        new OutboxMail(data, clock, random, Steps.UNWATCHED).hand(notice("pat@example.org"));
        Outbox outbox = new Outbox(data);

        OutboxLetter letter = outbox.read(outbox.list(1).getFirst().name()).orElseThrow();

        assertThat(letter.from()).isEqualTo("Zoë Smith via Example Clinic <notices@example.com>");
        assertThat(letter.text())
                .startsWith("Zoë Smith has sent you a secure message\n\n")
                .contains("pat@example.org");
        assertThat(letter.html()).contains("Read your message");
        assertThat(letter.links()).containsExactly(URI.create("http://localhost:8080/m/abc"));
    }

    @Test
    void theMailIsForItsOwnerAloneAndNothingUnfinishedIsLeft() throws Exception {
        Path folder = data.resolve("outbox");
        new OutboxMail(folder, clock, random, Steps.UNWATCHED).hand(notice("pat@example.org"));

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.toList())
                    .singleElement()
                    .satisfies(file -> {
                        assertThat(file.toString()).endsWith(".eml");
                        assertThat(
                                        PosixFilePermissions.toString(
                                                Files.getPosixFilePermissions(file)))
                                .isEqualTo("rw-------");
                    });
        }
    }

    @Test
    void anOutboxThatCannotBeWrittenHoldsTheMailUp() throws Exception {
        Path file = Files.writeString(data.resolve("a-file"), "not a folder");

        assertThat(new OutboxMail(file, clock, random, steps::add).hand(notice("pat@example.org")))
                .isEqualTo(new Handed.Deferred("outbox-not-writable"));
        assertThat(steps).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"../secret.eml", "/etc/passwd", "", "nothing.eml"})
    void onlyMailIsRead(String name) throws Exception {
        Files.writeString(data.resolve("secret.eml"), "Subject: secret\r\n\r\n");
        Path folder = Files.createDirectory(data.resolve("outbox"));

        assertThat(new Outbox(folder).read(name)).isEmpty();
    }

    private OutgoingMessage notice(String to) throws Exception {
        Sender sender =
                new Sender(
                        "Example Clinic",
                        EmailAddress.parse("notices@example.com"),
                        Optional.empty(),
                        URI.create("http://localhost:8080"),
                        List.of());
        MailComposer composer =
                new MailComposer(new LoopMark("test", MacKey.generate(random)), clock);
        OutgoingMessage notice =
                new NoticeMail(_ -> sender, composer)
                        .compose(
                                new Notice(
                                        new TenantId(UUID.randomUUID()),
                                        new JobId(UUID.randomUUID()),
                                        "Zoë Smith",
                                        Optional.empty(),
                                        EmailAddress.parse(to),
                                        new Way("/m/abc", "7K2M4QX", false),
                                        Locale.ENGLISH,
                                        Optional.empty()));
        assertThat(new String(notice.content().readAllBytes(), UTF_8)).contains("\r\n\r\n");
        return notice;
    }
}
