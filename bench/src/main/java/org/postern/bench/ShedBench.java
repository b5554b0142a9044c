package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;

/// What a crowd does to the mail that is accepted: a door that takes few messages at once and turns
/// the others away (`451`), beside itself without a crowd, and beside a door that lets all in.
final class ShedBench {

    private static final int AT_ONCE = 20;
    private static final int CROWD = 500;
    private static final int MESSAGES = 10_000;
    private static final int ROUNDS = 3;
    private static final int WARM_UPS = 4;

    /// A mail server that was deferred comes back after minutes; this one is in a hurry.
    private static final Duration RETRY = Duration.ofMillis(500);

    private final SSLContext trust;
    private final byte[] content = IntakeBench.plain(10 * 1024).getBytes(US_ASCII);

    private ShedBench(SSLContext trust) {
        this.trust = trust;
    }

    /// @param refused how often a message was turned away
    private record Round(Sent sent, int refused) {}

    static int run(PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("postern-bench");
        Path narrow = Files.createDirectories(folder.resolve("narrow"));
        Path wide = Files.createDirectories(folder.resolve("wide"));
        TestKey.make(folder);
        for (Path each : List.of(narrow, wide)) {
            Files.copy(folder.resolve(TestKey.PKCS12), each.resolve(TestKey.PKCS12));
        }
        ShedBench bench = new ShedBench(Trust.only(folder.resolve(TestKey.CERTIFICATE)));
        out.println("| door | connections | accepted per second | turned away | p50 ms | p99 ms |");
        out.println("|---|---:|---:|---:|---:|---:|");
        try (DoorProcess door = DoorProcess.start(narrow, AT_ONCE)) {
            bench.warmUp(door);
            bench.row(out, door, AT_ONCE + " at once", AT_ONCE);
            bench.row(out, door, AT_ONCE + " at once", CROWD);
        }
        try (DoorProcess door = DoorProcess.start(wide, CROWD)) {
            bench.warmUp(door);
            bench.row(out, door, CROWD + " at once", CROWD);
        }
        return 0;
    }

    private void warmUp(DoorProcess door) throws Exception {
        Mail mail = new Mail("patient@example.net", content);
        for (int i = 0; i < WARM_UPS; i++) {
            Sender.send(door.port(), trust, AT_ONCE, MESSAGES, () -> mail, false);
        }
    }

    private void row(PrintStream out, DoorProcess door, String name, int connections)
            throws Exception {
        List<Sent> rounds = new ArrayList<>();
        int refused = 0;
        for (int i = 0; i < ROUNDS; i++) {
            Round round = round(door, connections);
            rounds.add(round.sent());
            refused += round.refused();
        }
        out.printf(
                Locale.ROOT,
                "| %s | %d | %.0f | %d | %.1f | %.1f |%n",
                name,
                connections,
                IntakeBench.median(rounds, Sent::perSecond),
                refused / ROUNDS,
                IntakeBench.median(rounds, Sent::p50),
                IntakeBench.median(rounds, Sent::p99));
        out.flush();
    }

    private Round round(DoorProcess door, int connections) throws Exception {
        List<SmtpSender> open = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            open.add(SmtpSender.connect(door.port(), trust));
        }
        AtomicInteger left = new AtomicInteger(MESSAGES);
        AtomicInteger refused = new AtomicInteger();
        List<Duration> times = new ArrayList<>();
        long began = System.nanoTime();
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Duration>>> running = new ArrayList<>();
            for (SmtpSender each : open) {
                running.add(senders.submit(() -> send(each, left, refused)));
            }
            for (Future<List<Duration>> each : running) {
                times.addAll(each.get());
            }
        }
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        times.sort(null);
        return new Round(new Sent(content.length, times, took, Duration.ZERO), refused.get());
    }

    private List<Duration> send(SmtpSender open, AtomicInteger left, AtomicInteger refused)
            throws IOException {
        List<Duration> times = new ArrayList<>();
        try (SmtpSender smtp = open) {
            while (left.getAndDecrement() > 0) {
                long began = System.nanoTime();
                while (!smtp.offer("nurse@example.com", "patient@example.net", content)) {
                    refused.incrementAndGet();
                    LockSupport.parkNanos(RETRY.toNanos());
                    began = System.nanoTime();
                }
                times.add(Duration.ofNanos(System.nanoTime() - began));
            }
        }
        return times;
    }
}
