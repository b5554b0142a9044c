package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/// Sends messages to a running Postern, each to a recipient of its own, and measures how long the
/// server takes to accept one and how long the recipient then waits for the notice.
final class Load {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final String SENDER = "nurse@example.com";

    private final LoadOptions options;
    private final Clock clock;
    private final String run;
    private final AtomicInteger next = new AtomicInteger();
    private final Map<String, Instant> accepted = new ConcurrentHashMap<>();
    private final Map<String, Duration> acceptTimes = new ConcurrentHashMap<>();

    private Load(LoadOptions options, Clock clock) {
        this.options = options;
        this.clock = clock;
        this.run = Long.toString(clock.millis(), Character.MAX_RADIX);
    }

    /// Sends, waits and prints; returns the exit status, which is 1 if a notice is missing.
    static int run(LoadOptions options, PrintStream out) throws Exception {
        Clock clock = Clock.systemUTC();
        try (Notices notices = notices(options, clock)) {
            return new Load(options, clock).measure(notices, out);
        }
    }

    private static Notices notices(LoadOptions options, Clock clock) throws IOException {
        return options.sinkPort().isPresent()
                ? new SinkNotices(options.sinkPort().get(), clock)
                : new OutboxNotices(options.data().resolve("outbox"));
    }

    private int measure(Notices notices, PrintStream out) throws Exception {
        Machine machine = Machine.thisOne();
        Instant began = clock.instant();
        sendAll();
        Duration sending = Duration.between(began, clock.instant());
        Map<String, Instant> told = await(notices);
        List<Duration> waits = new ArrayList<>();
        accepted.forEach((recipient, at) -> {
            Instant noticed = told.get(recipient);
            if (noticed != null) {
                // a notice may be written before the 250 has been read here
                waits.add(noticed.isBefore(at) ? Duration.ZERO : Duration.between(at, noticed));
            }
        });
        machine.print(out);
        out.printf(
                Locale.ROOT,
                "%d messages with %d bytes over %d connections: %.1f accepted per second%n%n",
                accepted.size(),
                options.bytes(),
                options.connections(),
                accepted.size() / (sending.toMillis() / 1000.0));
        out.println("| ms | p50 | p95 | p99 | most |");
        out.println("|---|---:|---:|---:|---:|");
        row(out, "MAIL to 250", new ArrayList<>(acceptTimes.values()));
        row(out, "250 to notice", waits);
        int missing = accepted.size() - waits.size();
        if (missing > 0) {
            out.printf("%n%d notices did not come within %s%n", missing, PATIENCE);
        }
        return missing == 0 && accepted.size() == options.messages() ? 0 : 1;
    }

    private void sendAll() throws Exception {
        long began = System.nanoTime();
        SSLContext trust = Trust.only(options.data().resolve("tls").resolve("certificate.pem"));
        byte[] body = body();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < options.connections(); i++) {
                running.add(
                        senders.submit(() -> {
                            send(trust, body, began);
                            return null;
                        }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }
    }

    private void send(SSLContext trust, byte[] body, long began)
            throws IOException, InterruptedException {
        try (SmtpSender smtp = SmtpSender.connect(options.smtpPort(), trust)) {
            int number;
            while ((number = next.getAndIncrement()) < options.messages()) {
                String recipient = "load-" + run + "-" + number + "@example.org";
                byte[] content = content(recipient, body);
                awaitTurn(number, began);
                Instant begin = clock.instant();
                smtp.send(SENDER, recipient, content, false);
                Instant end = clock.instant();
                accepted.put(recipient, end);
                acceptTimes.put(recipient, Duration.between(begin, end));
            }
        }
    }

    private void awaitTurn(int number, long began) throws InterruptedException {
        if (options.rate().isPresent()) {
            long due = began + number * 1_000_000_000L / options.rate().get();
            Thread.sleep(Duration.ofNanos(Math.max(0, due - System.nanoTime())));
        }
    }

    private Map<String, Instant> await(Notices notices) throws IOException, InterruptedException {
        Instant end = clock.instant().plus(PATIENCE);
        CountDownLatch never = new CountDownLatch(1);
        Map<String, Instant> told = notices.told();
        while (!told.keySet().containsAll(accepted.keySet()) && clock.instant().isBefore(end)) {
            if (never.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                break;
            }
            told = notices.told();
        }
        return told;
    }

    private byte[] body() {
        String line =
                "All is well with the results of the examination, nothing more is needed.\r\n";
        return line.repeat(options.bytes() / line.length() + 1).getBytes(US_ASCII);
    }

    private static byte[] content(String recipient, byte[] body) {
        byte[] header =
                ("From: Nurse <"
                                + SENDER
                                + ">\r\nTo: <"
                                + recipient
                                + ">\r\nSubject: [Your results]\r\n\r\n")
                        .getBytes(US_ASCII);
        byte[] content = new byte[header.length + body.length];
        System.arraycopy(header, 0, content, 0, header.length);
        System.arraycopy(body, 0, content, header.length, body.length);
        return content;
    }

    private static void row(PrintStream out, String name, List<Duration> times) {
        List<Duration> sorted = times.stream().sorted().toList();
        if (sorted.isEmpty()) {
            return;
        }
        out.printf(
                Locale.ROOT,
                "| %s | %d | %d | %d | %d |%n",
                name,
                percentile(sorted, 50),
                percentile(sorted, 95),
                percentile(sorted, 99),
                percentile(sorted, 100));
    }

    /// The nearest rank, in milliseconds.
    static long percentile(List<Duration> sorted, int percent) {
        int rank = (int) Math.ceil(percent / 100.0 * sorted.size());
        return sorted.get(Math.max(rank, 1) - 1).toMillis();
    }
}
