package org.postern.mail.notice;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.returned.ReturnAddresses;
import org.postern.notifications.job.Flow;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.job.Pace;
import org.postern.notifications.job.RelayReplies;
import org.postern.notifications.notice.NoticeMail;
import org.postern.notifications.outgoing.Destinations;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.Sender;

/// What tells recipients, on a test site.
public final class NoticeSite {

    private NoticeSite() {}

    /// The handlers of notices, of both reminders and of notices sent again (of which there are
    /// two), in this order.
    public static List<JobHandler> handlers(
            TestSite site, MailSystem system, OutgoingMail outgoing) {
        WaitingMessages messages =
                new WaitingMessages(
                        system.database(), system.keys().authority(), site.clock(), site.random());
        NoticeWriter writer =
                new NoticeWriter(
                        messages, new ReturnAddresses(system.keys().authority(), site.clock()));
        NoticeMail mail =
                new NoticeMail(
                        _ ->
                                new Sender(
                                        "Example Clinic",
                                        TestSite.address("portal@example.com"),
                                        Optional.empty(),
                                        URI.create("https://clinic.example"),
                                        List.of()),
                        new MailComposer(
                                new LoopMark(system.door().instance(), system.door().loopKey()),
                                site.clock()));
        Telling telling =
                new Telling(
                        system.database(),
                        system.jobs(),
                        messages,
                        writer,
                        mail,
                        outgoing,
                        site.clock());
        return List.of(
                new NoticeHandler(telling),
                new ReminderHandler(false, telling),
                new ReminderHandler(true, telling),
                new NoticeAgainHandler(telling),
                new AskedAgainHandler(
                        system.database(),
                        system.jobs(),
                        messages,
                        new Destinations(system.keys().authority(), site.clock())));
    }

    /// A worker that does these jobs, and looks for them often.
    public static JobWorker startWorker(TestSite site, MailSystem system, OutgoingMail outgoing) {
        JobWorker worker =
                new JobWorker(
                        system.database().jobs(),
                        system.database().transaction(),
                        handlers(site, system, outgoing),
                        new RelayReplies(system.keys().authority(), site.random()),
                        Flow.FREE,
                        new Pace(
                                4,
                                Duration.ofSeconds(60),
                                Duration.ofMinutes(20),
                                Duration.ofMillis(20),
                                Duration.ofSeconds(10)),
                        () -> false,
                        site.clock(),
                        site.random(),
                        system.steps());
        worker.start();
        return worker;
    }
}
