package org.postern.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// Sends messages over many connections at once.
final class Sender {

    private static final Path KERNEL = Path.of("/proc/stat");
    private static final long NANOS_PER_TICK = 10_000_000;

    private Sender() {}

    /// The clock starts when all connections have their TLS.
    ///
    /// @param mail gives each message; all are about as long
    /// @throws IOException if any message was not accepted
    static Sent send(
            int port,
            SSLContext trust,
            int connections,
            int messages,
            Supplier<Mail> mail,
            boolean pipelined)
            throws Exception {
        int bytes = mail.get().content().length;
        List<Duration> times = new ArrayList<>();
        AtomicInteger left = new AtomicInteger(messages);
        CountDownLatch connected = new CountDownLatch(connections);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<List<Duration>>> running = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                running.add(
                        senders.submit(
                                () -> send(port, trust, connected, go, left, mail, pipelined)));
            }
            connected.await();
            long began = System.nanoTime();
            Duration busyBefore = othersBusy();
            go.countDown();
            for (Future<List<Duration>> each : running) {
                times.addAll(each.get());
            }
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            times.sort(null);
            return new Sent(bytes, times, took, othersBusy().minus(busyBefore));
        }
    }

    private static List<Duration> send(
            int port,
            SSLContext trust,
            CountDownLatch connected,
            CountDownLatch go,
            AtomicInteger left,
            Supplier<Mail> mail,
            boolean pipelined)
            throws IOException, InterruptedException {
        List<Duration> times = new ArrayList<>();
        SmtpSender smtp;
        try {
            smtp = SmtpSender.connect(port, trust);
        } finally {
            connected.countDown();
        }
        try (smtp) {
            go.await();
            while (left.getAndDecrement() > 0) {
                Mail next = mail.get();
                long began = System.nanoTime();
                smtp.send("nurse@example.com", next.recipient(), next.content(), pipelined);
                times.add(Duration.ofNanos(System.nanoTime() - began));
            }
        }
        return times;
    }

    /// The processor time that this machine spent, without what this process did.
    private static Duration othersBusy() throws IOException {
        String[] all = Files.readAllLines(KERNEL).getFirst().split(" +", -1);
        // user, nice, system, idle, iowait, irq, softirq (proc(5))
        long ticks =
                Arrays.stream(new int[] {1, 2, 3, 6, 7})
                        .mapToLong(column -> Long.parseLong(all[column]))
                        .sum();
        Duration own = ProcessHandle.current().info().totalCpuDuration().orElseThrow();
        return Duration.ofNanos(ticks * NANOS_PER_TICK).minus(own);
    }
}
