package org.postern.mail.notice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.PasswordHash;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.store.Job;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.reading.MessageLocks;
import org.postern.mail.reading.Reader;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.notice.SpentPasswordMail;
import org.postern.notifications.outgoing.Handed;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.words.Languages;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the author of a message with a password hears.
class SpentPasswordTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private MessageId message;
    private MessageLocks locks;
    private SpentPasswordHandler handler;
    private final List<OutgoingMessage> handed = new ArrayList<>();

    @BeforeEach
    void deliver() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        message =
                system.bring(
                        TestSite.locked(
                                new MessagePassword(
                                        PasswordHash.hash("Tulips at noon", site.random()),
                                        Optional.empty()),
                                site.envelope(PATIENT, DAUGHTER)),
                        TestSite.plain("Canarysubject", "Canarybody"));
        locks = new MessageLocks(system.keys().service(), system.jobs(), site.random());
        Sender sender =
                new Sender(
                        "Example Clinic",
                        TestSite.address("portal@example.com"),
                        Optional.empty(),
                        URI.create("https://clinic.example"),
                        List.of());
        handler =
                new SpentPasswordHandler(
                        system.database(),
                        system.keys().authority(),
                        new Languages(system.database(), system.keys().authority()),
                        new SpentPasswordMail(
                                _ -> sender,
                                new MailComposer(
                                        new LoopMark(
                                                system.door().instance(), system.door().loopKey()),
                                        site.clock())),
                        mail -> {
                            handed.add(mail);
                            return new Handed.Accepted();
                        });
        jobs(); // the notices
    }

    @Test
    void theAuthorIsToldWhoIsLockedOutAndNothingOfTheMessage() throws Exception {
        Reader patient = system.signIn(PATIENT);
        for (int i = 0; i < 4; i++) {
            locks.unlock(patient, message, "Roses at noon");
        }
        assertThat(jobs()).isEmpty();

        locks.unlock(patient, message, "Roses at noon");
        locks.find(patient, message);

        List<Job> jobs = jobs();
        assertThat(jobs).hasSize(1);
        assertThat(handler.handle(jobs.getFirst())).isEqualTo(new Outcome.Done());
        assertThat(handed)
                .singleElement()
                .satisfies(mail -> {
                    assertThat(mail.forwardPath().text()).isEqualTo(NURSE);
                    assertThat(text(mail))
                            .contains(PATIENT, "https://clinic.example/m/" + message + "/password")
                            .doesNotContain("Canary", "Roses", "Tulips");
                });
    }

    @Test
    void theAuthorGivesBackTheTriesWithAnotherPassword() throws Exception {
        Reader patient = system.signIn(PATIENT);
        for (int i = 0; i < 5; i++) {
            locks.unlock(patient, message, "Roses at noon");
        }

        assertThat(
                        locks.change(
                                system.signIn(NURSE),
                                Set.of(message),
                                "Lilies at nine",
                                Optional.empty()))
                .isTrue();

        assertThat(locks.unlock(patient, message, "Tulips at noon"))
                .hasValueSatisfying(lock -> assertThat(lock.triesLeft()).isEqualTo(4));
        assertThat(locks.unlock(patient, message, "Lilies at nine")).isEmpty();
        assertThat(locks.change(patient, Set.of(message), "Roses at noon", Optional.empty()))
                .isFalse();
    }

    private List<Job> jobs() {
        return system.database().jobs().claim(10, site.clock().instant(), MailSystem.LEASE).stream()
                .filter(job -> job.kind().equals(Delivery.PASSWORD_SPENT))
                .toList();
    }

    private static String text(OutgoingMessage mail) {
        try {
            return new String(mail.content().readAllBytes(), UTF_8).replace("=\r\n", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
