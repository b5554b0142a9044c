package org.postern.mail.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.PasswordHash;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.store.Job;
import org.postern.keys.KeyService.PinRequest;
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
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.words.Languages;

/// What the author of a message with a password or a phone hears.
class SpentPasswordTest {

    private static final PhoneNumber PHONE = new PhoneNumber("+491711234567");

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private MessageId message;
    private MessageLocks locks;
    private SpentPasswordHandler handler;
    private SpentPasswordHandler pinHandler;
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
        Languages languages = new Languages(system.database(), system.keys().authority());
        SpentPasswordMail mail =
                new SpentPasswordMail(
                        _ -> sender,
                        new MailComposer(
                                new LoopMark(system.door().instance(), system.door().loopKey()),
                                site.clock()));
        OutgoingMail outgoing =
                letter -> {
                    handed.add(letter);
                    return new Handed.Accepted();
                };
        handler =
                SpentPasswordHandler.ofPasswords(
                        system.database(), system.keys().authority(), languages, mail, outgoing);
        pinHandler =
                SpentPasswordHandler.ofPins(
                        system.database(), system.keys().authority(), languages, mail, outgoing);
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

    @Test
    void theAuthorIsToldOfAPhoneWhosePinWasTypedWrongTooOften() throws Exception {
        MessageId phoned = bringWithPhone();
        Reader patient = system.signIn(PATIENT);
        String pin = pin(patient, phoned);
        String wrong = pin.equals("000000") ? "000001" : "000000";
        for (int i = 0; i < 5; i++) {
            locks.unlock(patient, phoned, wrong);
        }

        List<Job> jobs = jobs(Delivery.PIN_SPENT);
        assertThat(jobs).hasSize(1);
        assertThat(pinHandler.handle(jobs.getFirst())).isEqualTo(new Outcome.Done());
        assertThat(handed)
                .singleElement()
                .satisfies(mail -> {
                    assertThat(mail.forwardPath().text()).isEqualTo(NURSE);
                    assertThat(text(mail))
                            .contains(PATIENT, "https://clinic.example/m/" + phoned + "/phone")
                            .doesNotContain("Canary", "1234567", pin, wrong);
                });
        assertThat(locks.change(system.signIn(NURSE), Set.of(phoned), PHONE)).isTrue();
        assertThat(locks.unlock(patient, phoned, pin(patient, phoned))).isEmpty();
    }

    @Test
    void theAuthorIsToldOfAPhoneToWhichNoMorePinsAreSent() throws Exception {
        MessageId phoned = bringWithPhone();
        Reader patient = system.signIn(PATIENT);
        for (int i = 0; i < 10; i++) {
            locks.askPin(patient, phoned);
            site.clock().advance(Duration.ofMinutes(20));
            assertThat(jobs(Delivery.PIN_SPENT)).isEmpty();
        }

        locks.find(patient, phoned);

        assertThat(jobs(Delivery.PIN_SPENT)).hasSize(1);
    }

    private MessageId bringWithPhone() throws Exception {
        MessageId phoned =
                system.bring(
                        TestSite.locked(PHONE, site.envelope(PATIENT)),
                        TestSite.plain("Canarysubject", "Canarybody"));
        jobs(); // its notice
        return phoned;
    }

    /// Asks for a PIN and does what the worker does.
    private String pin(Reader reader, MessageId phoned) throws Exception {
        locks.askPin(reader, phoned);
        Job job =
                system.database()
                        .jobs()
                        .claimUrgent(1, site.clock().instant(), MailSystem.LEASE)
                        .getFirst();
        return system.keys()
                .service()
                .issuePin(site.tenant(), new PinRequest(job.subject()))
                .orElseThrow()
                .pin();
    }

    private List<Job> jobs() {
        return jobs(Delivery.PASSWORD_SPENT);
    }

    private List<Job> jobs(String kind) {
        return system.database().jobs().claim(50, site.clock().instant(), MailSystem.LEASE).stream()
                .filter(job -> job.kind().equals(kind))
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
