package org.postern.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoubleSupplier;
import java.util.function.ToDoubleFunction;
import org.postern.db.store.JobFigures;
import org.postern.db.store.JobState;
import org.postern.db.store.MailDatabase;
import org.postern.notifications.job.JobCounts;
import org.springframework.dao.DataAccessException;

/// How much waits in each queue of a worker, how long, and how fast it goes. Labels come from
/// closed sets. While the database is away it is not known.
final class QueueMetrics implements MeterBinder {

    private static final double MILLIS = 1000.0;

    /// Counting what waits costs more the more it is: not for every metric anew.
    private static final Duration KEPT = Duration.ofSeconds(10);

    private static final List<JobState> ENDS =
            List.of(JobState.COMPLETED, JobState.RETRYABLE, JobState.DISCARDED);

    private final MailDatabase database;
    private final JobCounts counts;
    private final Clock clock;
    private Map<String, JobFigures.Queue> kept = Map.of();
    private Instant keptUntil = Instant.MIN;

    QueueMetrics(MailDatabase database, JobCounts counts, Clock clock) {
        this.database = database;
        this.counts = counts;
        this.clock = clock;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String kind : counts.kinds()) {
            Gauge.builder("jobs.waiting", () -> of(kind, queue -> (double) queue.waiting()))
                    .description("jobs that are not finished")
                    .tag("kind", kind)
                    .register(registry);
            Gauge.builder("jobs.due.age", () -> of(kind, queue -> seconds(queue.oldestDue())))
                    .description("since the job that waits longest could have been done")
                    .baseUnit("seconds")
                    .tag("kind", kind)
                    .register(registry);
            Gauge.builder("jobs.oldest.age", () -> of(kind, queue -> seconds(queue.oldest())))
                    .description("since the oldest job that is not finished was promised")
                    .baseUnit("seconds")
                    .tag("kind", kind)
                    .register(registry);
            for (JobState end : ENDS) {
                FunctionCounter.builder("jobs.attempts", counts, all -> all.sum(kind, end))
                        .description("attempts at jobs by how they ended")
                        .tag("kind", kind)
                        .tag("state", end.name().toLowerCase(Locale.ROOT))
                        .register(registry);
            }
        }
        Gauge.builder("destinations.resting", () -> known(this::resting))
                .description("domains that are left alone since they defer everything")
                .register(registry);
        Gauge.builder("arrivals.waiting", () -> known(() -> (double) database.arrivals().waiting()))
                .description("messages handed over and not delivered")
                .register(registry);
        Gauge.builder(
                        "arrivals.oldest.age",
                        () -> known(() -> seconds(database.arrivals().oldest())))
                .description("since the oldest of them was handed over")
                .baseUnit("seconds")
                .register(registry);
    }

    private double resting() {
        return database.jobs().destinations().resting(clock.instant());
    }

    private double of(String kind, ToDoubleFunction<JobFigures.Queue> figure) {
        return known(
                () -> figure.applyAsDouble(queues().getOrDefault(kind, JobFigures.Queue.EMPTY)));
    }

    private synchronized Map<String, JobFigures.Queue> queues() {
        Instant now = clock.instant();
        if (!now.isBefore(keptUntil)) {
            kept = database.jobFigures().queues(now);
            keptUntil = now.plus(KEPT);
        }
        return kept;
    }

    /// Zero if nothing waits.
    private double seconds(Optional<Instant> since) {
        return since.map(then -> Duration.between(then, clock.instant()).toMillis() / MILLIS)
                .orElse(0.0);
    }

    private static double known(DoubleSupplier figure) {
        try {
            return figure.getAsDouble();
        } catch (DataAccessException e) {
            return Double.NaN;
        }
    }
}
