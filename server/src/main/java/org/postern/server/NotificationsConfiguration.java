package org.postern.server;

import io.lettuce.core.RedisURI;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.TenantName;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.mail.board.Board;
import org.postern.mail.door.Door;
import org.postern.mail.notice.AskedAgainHandler;
import org.postern.mail.notice.NoticeAgainHandler;
import org.postern.mail.notice.NoticeHandler;
import org.postern.mail.notice.NoticeWriter;
import org.postern.mail.notice.ReminderHandler;
import org.postern.mail.notice.SignInChangeHandler;
import org.postern.mail.notice.SpentPasswordHandler;
import org.postern.mail.notice.Telling;
import org.postern.mail.notice.WaitingMessages;
import org.postern.mail.report.ReportHandler;
import org.postern.mail.returned.ReturnAddress;
import org.postern.mail.returned.ReturnAddresses;
import org.postern.mail.shredding.DuplicateHandler;
import org.postern.notifications.dkim.DkimSigner;
import org.postern.notifications.job.DestinationRate;
import org.postern.notifications.job.Flow;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.job.Pace;
import org.postern.notifications.job.RelayReplies;
import org.postern.notifications.notice.NoticeMail;
import org.postern.notifications.notice.SignInChangeMail;
import org.postern.notifications.notice.SpentPasswordMail;
import org.postern.notifications.outgoing.Destinations;
import org.postern.notifications.outgoing.LoopMark;
import org.postern.notifications.outgoing.MailComposer;
import org.postern.notifications.outgoing.OutboxMail;
import org.postern.notifications.outgoing.OutgoingMail;
import org.postern.notifications.outgoing.Relay;
import org.postern.notifications.outgoing.RelayMail;
import org.postern.notifications.outgoing.Relays;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.outgoing.Senders;
import org.postern.notifications.rate.Allowance;
import org.postern.notifications.rate.OwnRate;
import org.postern.notifications.rate.SharedRate;
import org.postern.notifications.report.ReportMail;
import org.postern.notifications.signin.SignInMail;
import org.postern.notifications.text.HttpTextMessages;
import org.postern.notifications.text.PinText;
import org.postern.notifications.text.TextMessages;
import org.postern.notifications.words.Languages;
import org.postern.server.cli.HostAndPort;
import org.postern.server.cli.TextMessageOptions;
import org.postern.server.embedded.StartRefusedException;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `worker`, later work: jobs, notices, sign-in mail, and how they leave.
@Configuration(proxyBeanMethods = false)
class NotificationsConfiguration {

    @Bean
    OutgoingMail outgoingMail(HouseParts parts, Clock clock, SecureRandom random, Steps steps) {
        List<HostAndPort> relays = parts.options().relays();
        return relays.isEmpty()
                ? new OutboxMail(parts.folder().outbox(), clock, random, steps)
                : new Relays(
                        relays.stream().map(each -> relay(each, parts, steps)).toList(), clock);
    }

    private static RelayMail relay(HostAndPort address, HouseParts parts, Steps steps) {
        return new RelayMail(
                Relay.at(address.host(), address.port(), parts.options().host()),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                steps);
    }

    @Bean
    MailComposer mailComposer(Door door, HouseParts parts, Clock clock)
            throws StartRefusedException {
        return new MailComposer(
                new LoopMark(door.instance(), door.loopKey()),
                clock,
                new DkimSigner(DkimKeys.read(parts.options().dkimKeys()), clock));
    }

    @Bean
    Senders senders(MailDatabase database, HouseParts parts) {
        return tenant -> sender(database, parts, tenant);
    }

    @Bean
    Languages languages(MailDatabase database, Authority authority) {
        return new Languages(database, authority);
    }

    @Bean
    SpentPasswordMail spentPasswordMail(Senders senders, MailComposer composer) {
        return new SpentPasswordMail(senders, composer);
    }

    @Bean
    SpentPasswordHandler spentPasswords(
            MailDatabase database,
            Authority authority,
            Languages languages,
            SpentPasswordMail mail,
            OutgoingMail outgoing) {
        return SpentPasswordHandler.ofPasswords(database, authority, languages, mail, outgoing);
    }

    @Bean
    SpentPasswordHandler spentPins(
            MailDatabase database,
            Authority authority,
            Languages languages,
            SpentPasswordMail mail,
            OutgoingMail outgoing) {
        return SpentPasswordHandler.ofPins(database, authority, languages, mail, outgoing);
    }

    @Bean
    TextMessages textMessages(HouseParts parts) throws NoSuchAlgorithmException {
        Optional<TextMessageOptions> service = parts.options().textMessages();
        return service.isPresent()
                ? HttpTextMessages.at(
                        service.get().url(),
                        service.get().tokenFile(),
                        service.get().from(),
                        SSLContext.getDefault())
                : TextMessages.NONE;
    }

    @Bean
    PinText pinText(
            KeyService keys, Languages languages, Senders senders, TextMessages textMessages) {
        return new PinText(keys, languages, senders, textMessages);
    }

    @Bean
    SignInChangeHandler signInChangeHandler(
            MailDatabase database,
            Authority authority,
            Languages languages,
            Senders senders,
            MailComposer composer,
            OutgoingMail outgoing) {
        return new SignInChangeHandler(
                database, authority, languages, new SignInChangeMail(senders, composer), outgoing);
    }

    @Bean
    WaitingMessages waitingMessages(
            MailDatabase database, Authority authority, Clock clock, SecureRandom random) {
        return new WaitingMessages(database, authority, clock, random);
    }

    @Bean
    NoticeWriter noticeWriter(WaitingMessages messages, Authority authority, Clock clock) {
        return new NoticeWriter(messages, new ReturnAddresses(authority, clock));
    }

    @Bean
    Telling telling(
            MailDatabase database,
            Jobs jobs,
            WaitingMessages messages,
            NoticeWriter writer,
            Senders senders,
            MailComposer composer,
            OutgoingMail outgoing,
            Clock clock) {
        return new Telling(
                database,
                jobs,
                messages,
                writer,
                new NoticeMail(senders, composer),
                outgoing,
                clock);
    }

    @Bean
    NoticeHandler noticeHandler(Telling telling) {
        return new NoticeHandler(telling);
    }

    @Bean
    ReminderHandler firstReminders(Telling telling) {
        return new ReminderHandler(false, telling);
    }

    @Bean
    ReminderHandler secondReminders(Telling telling) {
        return new ReminderHandler(true, telling);
    }

    @Bean
    NoticeAgainHandler noticeAgainHandler(Telling telling) {
        return new NoticeAgainHandler(telling);
    }

    @Bean
    AskedAgainHandler askedAgainHandler(
            MailDatabase database,
            Jobs jobs,
            WaitingMessages messages,
            Authority authority,
            Clock clock) {
        return new AskedAgainHandler(database, jobs, messages, new Destinations(authority, clock));
    }

    @Bean
    ReportMail reportMail(Senders senders, MailComposer composer, HouseParts parts) {
        return new ReportMail(senders, composer, parts.options().smtpName());
    }

    @Bean
    ReportHandler deliveredReports(
            MailDatabase database,
            Authority authority,
            Languages languages,
            ReportMail reports,
            OutgoingMail outgoing) {
        return ReportHandler.delivered(database, authority, languages, reports, outgoing);
    }

    @Bean
    ReportHandler delayedReports(
            MailDatabase database,
            Authority authority,
            Languages languages,
            ReportMail reports,
            OutgoingMail outgoing) {
        return ReportHandler.delayed(database, authority, languages, reports, outgoing);
    }

    @Bean
    ReportHandler failedReports(
            MailDatabase database,
            Authority authority,
            Languages languages,
            ReportMail reports,
            OutgoingMail outgoing) {
        return ReportHandler.failed(database, authority, languages, reports, outgoing);
    }

    @Bean
    DuplicateHandler duplicateHandler(KeyService keys) {
        return new DuplicateHandler(keys);
    }

    @Bean
    SignInMail signInMail(
            MailDatabase database,
            KeyService keys,
            Languages languages,
            Senders senders,
            MailComposer composer,
            OutgoingMail outgoing,
            Clock clock) {
        return new SignInMail(
                database.signInRequests(),
                keys,
                languages,
                senders,
                composer,
                outgoing,
                database.timelines(),
                clock);
    }

    @Bean
    Flow flow(HouseParts parts, OutgoingMail outgoing, DestinationRate rate) {
        return new Flow(
                parts.options().destinationLimits().atOnce(),
                rate,
                outgoing instanceof Relays relays ? relays::allRest : () -> false);
    }

    /// Counted by all workers together where this process has Redis.
    @Bean
    DestinationRate destinationRate(HouseParts parts, Clock clock) {
        Allowance allowance = new Allowance(parts.options().destinationLimits().perMinute());
        return parts.redis()
                .<DestinationRate>map(redis ->
                        new SharedRate(
                                RedisURI.builder()
                                        .withHost(redis.host())
                                        .withPort(redis.port())
                                        .withAuthentication(
                                                redis.user(), redis.password().toCharArray())
                                        .build(),
                                allowance,
                                clock))
                .orElseGet(() -> new OwnRate(allowance, clock));
    }

    @Bean
    RelayReplies relayReplies(Authority authority, SecureRandom random) {
        return new RelayReplies(authority, random);
    }

    @Bean
    JobWorker jobWorker(
            MailDatabase database,
            List<JobHandler> handlers,
            RelayReplies replies,
            Flow flow,
            Board board,
            Clock clock,
            SecureRandom random,
            Steps steps) {
        return new JobWorker(
                database.jobs(),
                database.transaction(),
                handlers,
                replies,
                flow,
                Pace.DEFAULT,
                board::isMaintenance,
                clock,
                random,
                steps);
    }

    @Bean
    QueueMetrics queueMetrics(MailDatabase database, JobWorker worker, Clock clock) {
        return new QueueMetrics(database, worker.counts(), clock);
    }

    @Bean
    RelayMetrics relayMetrics(OutgoingMail outgoing) {
        return new RelayMetrics(
                outgoing instanceof Relays relays ? Optional.of(relays) : Optional.empty());
    }

    /// In the tenant's own name, from its first verified domain.
    private static Sender sender(MailDatabase database, HouseParts parts, TenantId id) {
        TenantName tenant = database.tenants().name(id).orElseThrow();
        String domain = tenant.domain().orElse("localhost");
        try {
            return new Sender(
                    tenant.name(),
                    EmailAddress.parse("secure-mail@" + domain),
                    tenant.returnDomain().map(ReturnAddress::noAnswer),
                    URI.create(parts.portalAddress(tenant.portalHost())),
                    List.of());
        } catch (MalformedAddressException e) {
            throw new IllegalStateException("a verified domain is no domain", e);
        }
    }
}
