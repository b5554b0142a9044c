package org.postern.mail.notice;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.store.AuditKind;
import org.postern.db.store.Job;
import org.postern.keys.KeyService;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.reading.Reader;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.notice.SignInChangeMail;
import org.postern.notifications.outgoing.Handed;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMessage;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.words.Languages;

/// What the owner of a mailbox hears of changes to how he signs in.
class SignInChangeTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private Reader patient;
    private SignInChangeHandler handler;
    private final List<OutgoingMessage> handed = new ArrayList<>();

    @BeforeEach
    void deliver() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        system.bring(site.envelope(PATIENT), TestSite.plain("Canarysubject", "Canarybody"));
        patient = system.signIn(PATIENT);
        Sender sender =
                new Sender(
                        "Example Clinic",
                        TestSite.address("portal@example.com"),
                        Optional.empty(),
                        URI.create("https://clinic.example"),
                        List.of());
        handler =
                new SignInChangeHandler(
                        system.database(),
                        system.keys().authority(),
                        new Languages(system.database(), system.keys().authority()),
                        new SignInChangeMail(
                                _ -> sender,
                                new MailComposer(
                                        new LoopMark(
                                                system.door().instance(), system.door().loopKey()),
                                        site.clock())),
                        mail -> {
                            handed.add(mail);
                            return new Handed.Accepted();
                        });
        jobs(); // the notice
    }

    @Test
    void whoeverEndsHisOtherSessionsIsTold() throws Exception {
        system.signIn(PATIENT);

        system.keys().service().signInSettings().endOtherSessions(patient.tenant(), patient.key());

        List<Job> jobs = jobs();
        assertThat(jobs).hasSize(1);
        assertThat(handler.handle(jobs.getFirst())).isEqualTo(new Outcome.Done());
        assertThat(handed)
                .singleElement()
                .satisfies(mail -> {
                    assertThat(mail.forwardPath().text()).isEqualTo(PATIENT);
                    assertThat(text(mail))
                            .contains("Example Clinic", "https://clinic.example/access")
                            .contains("signed out now", "Was it not you?")
                            .doesNotContain("Canary");
                });
    }

    @ParameterizedTest
    @EnumSource(
            value = AuditKind.class,
            names = {
                "PASSKEY_ADDED",
                "PASSKEY_REMOVED",
                "SECOND_STEP_ON",
                "SECOND_STEP_OFF",
                "SECOND_STEP_HELD",
                "RECOVERY_CODE_USED",
                "DEVICE_REMEMBERED",
                "OTHER_SESSIONS_ENDED"
            })
    void thereAreWordsForWhateverIsTold(AuditKind kind) {
        assertThat(handler.handle(promised(kind))).isEqualTo(new Outcome.Done());
        assertThat(handed)
                .singleElement()
                .satisfies(mail ->
                        assertThat(text(mail)).contains("Example Clinic").doesNotContain("{0}"));
    }

    @Test
    void nothingElseIsTold() {
        assertThat(handler.handle(promised(AuditKind.MESSAGE_OPENED)))
                .isEqualTo(new Outcome.Discard("nobody-to-tell"));
        assertThat(handed).isEmpty();
    }

    private Job promised(AuditKind kind) {
        UUID event = new UuidV7(site.clock(), site.random()).next();
        system.database()
                .audit()
                .insert(
                        patient.tenant(),
                        event,
                        kind,
                        Optional.of(patient.mailbox()),
                        Optional.empty(),
                        site.clock().instant());
        system.jobs()
                .promise(
                        patient.tenant(),
                        KeyService.SIGN_IN_CHANGED,
                        event,
                        Optional.of(patient.mailbox()));
        return jobs().getFirst();
    }

    private List<Job> jobs() {
        return system.database().jobs().claim(10, site.clock().instant(), MailSystem.LEASE).stream()
                .filter(job -> job.kind().equals(KeyService.SIGN_IN_CHANGED))
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
