package org.postern.mail.returned;

import java.io.IOException;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.postern.crypto.Content;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;
import org.postern.db.TenantId;
import org.postern.db.store.Arrival;
import org.postern.db.store.Job;
import org.postern.db.store.JobState;
import org.postern.db.store.JobStore;
import org.postern.db.store.MailDatabase;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.KeptReplies;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Understands mail of ours that comes back: what a mail server took and could not deliver has
/// failed after all, with all that follows as if it had been refused at once. What answers in
/// somebody's absence is dropped, and nothing is ever answered (RFC 3834, section 2). Thread-safe.
public final class ReturnedMail implements Delivery.Returns {

    /// What the door takes of one; nothing that is larger says more.
    public static final int MOST_BYTES = 1 << 20;

    /// A report may come before the worker that sent the mail has written down that it did.
    private static final String NOT_YET =
            "a mail came back before it was written down that it left";

    private static final Logger log = LoggerFactory.getLogger(ReturnedMail.class);

    private final MailDatabase database;
    private final Map<String, JobHandler> handlers;
    private final KeptReplies replies;
    private final Clock clock;
    private final Map<StatusReport.Kind, LongAdder> counts = new EnumMap<>(StatusReport.Kind.class);

    /// @param handlers of the jobs whose mail may come back
    public ReturnedMail(
            MailDatabase database, List<JobHandler> handlers, KeptReplies replies, Clock clock) {
        this.database = database;
        this.handlers =
                handlers.stream().collect(Collectors.toMap(JobHandler::kind, Function.identity()));
        this.replies = replies;
        this.clock = clock;
        for (StatusReport.Kind kind : StatusReport.Kind.values()) {
            counts.put(kind, new LongAdder());
        }
    }

    @Override
    public boolean take(Arrival arrival, JobId id, Content content) throws IOException {
        TenantId tenant = new TenantId(arrival.header().tenant());
        StatusReport report =
                content.size() > MOST_BYTES
                        ? StatusReport.NOTHING
                        : StatusReport.of(content.stream().readAllBytes());
        Optional<JobStore.Standing> sent = database.jobs().find(tenant, id);
        if (sent.filter(standing -> standing.state() == JobState.RUNNING).isPresent()) {
            throw new IOException(NOT_YET);
        }
        Optional<SealedRecord> reply =
                report.diagnostic().flatMap(said -> replies.seal(tenant, id, said));
        boolean taken =
                Boolean.TRUE.equals(
                        database.transaction()
                                .execute(_ -> {
                                    boolean own = database.arrivals().complete(arrival);
                                    if (own) {
                                        sent.ifPresent(
                                                standing -> write(standing.job(), report, reply));
                                    }
                                    return own;
                                }));
        if (taken) {
            counts.getOrDefault(report.kind(), new LongAdder()).increment();
            log.info(
                    "mail came back: tenant={} job={} says={} status={}",
                    tenant,
                    id,
                    report.kind(),
                    report.status());
        }
        return taken;
    }

    private void write(Job job, StatusReport report, Optional<SealedRecord> reply) {
        Optional<JobHandler> handler = Optional.ofNullable(handlers.get(job.kind()));
        switch (report.kind()) {
            case FAILED -> {
                if (database.jobs()
                        .takeBack(job, "returned-" + report.status(), reply, clock.instant())) {
                    handler.ifPresent(follows -> follows.discarded(job));
                }
            }
            case DELAYED ->
                    handler.ifPresent(follows -> follows.waits(job, "delayed-" + report.status()));
            case NOTHING -> {}
        }
    }

    /// How many came back since this process started, by what they said.
    public Map<String, Long> counts() {
        return counts.entrySet().stream()
                .collect(
                        Collectors.toMap(
                                each -> each.getKey().name().toLowerCase(Locale.ROOT),
                                each -> each.getValue().sum()));
    }
}
