package org.postern.e2e;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Mail that comes at an even pace, whatever the server does: each message to a recipient of its
/// own. What waits for the one before is counted as waiting.
final class SteadyMail implements AutoCloseable {

    static final String SENDER = "nurse@example.com";

    private static final int CONNECTIONS = 8;

    private final PosternProcess postern;
    private final Clock clock = Clock.systemUTC();
    private final AtomicInteger next = new AtomicInteger();
    private final Queue<Accepted> accepted = new ConcurrentLinkedQueue<>();
    private final Queue<String> failed = new ConcurrentLinkedQueue<>();
    private final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(CONNECTIONS);
    private final ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable Future<?> ticking;
    private final ScheduledExecutorService beat = Executors.newSingleThreadScheduledExecutor();

    /// A message that was answered 250.
    record Accepted(String recipient, Instant due, Instant answered) {

        Duration took() {
            return Duration.between(due, answered);
        }
    }

    private static final class Line {
        @Nullable SmtpSession session;
    }

    private SteadyMail(PosternProcess postern) {
        this.postern = postern;
    }

    static SteadyMail start(PosternProcess postern, int perSecond) {
        SteadyMail mail = new SteadyMail(postern);
        for (int i = 0; i < CONNECTIONS; i++) {
            mail.lines.add(new Line());
        }
        mail.ticking =
                mail.beat.scheduleAtFixedRate(
                        () -> {
                            Instant due = mail.clock.instant();
                            mail.senders.execute(() -> mail.send(due));
                        },
                        0,
                        1_000_000 / perSecond,
                        TimeUnit.MICROSECONDS);
        return mail;
    }

    private void send(Instant due) {
        try {
            send(due, lines.take());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Instant due, Line line) {
        int number = next.getAndIncrement();
        String recipient = "steady-" + number + "@example.org";
        try {
            SmtpSession session = line.session;
            if (session == null) {
                session = SmtpSession.open(postern);
                line.session = session;
            }
            String reply =
                    session.send(
                            SENDER,
                            List.of(recipient),
                            Mail.withAttachment(
                                    SENDER,
                                    recipient,
                                    "[Steady " + number + "]",
                                    "Text.",
                                    "a.pdf",
                                    Mail.file(4_000, number)));
            if (reply.startsWith("250")) {
                accepted.add(new Accepted(recipient, due, clock.instant()));
            } else {
                failed.add(reply.strip());
            }
        } catch (Exception | AssertionError e) {
            failed.add(e.getClass().getSimpleName());
            line.session = null;
        } finally {
            lines.add(line);
        }
    }

    /// All that was answered 250 so far, in no order.
    List<Accepted> accepted() {
        return List.copyOf(accepted);
    }

    /// What became of the others.
    List<String> failed() {
        return List.copyOf(failed);
    }

    /// No more; returns when everything sent was answered.
    @Override
    public void close() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        beat.close();
        senders.close();
        for (Line line : lines) {
            try {
                if (line.session != null) {
                    line.session.close();
                }
            } catch (IOException e) {
                // the server has gone before
            }
        }
    }
}
