package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import javax.net.ssl.SSLContext;

/// Postern's SMTP door beside Postfix on the same machine in the same run, in turn, with the same
/// client, certificate and promise.
final class IntakeBench {

    private static final int PAIRS = 5;
    private static final int MOST_WARM_UPS = 12;
    private static final double STILL_WARMING = 1.03;

    private final PrintStream out;
    private final SSLContext trust;
    private final Server postfix;
    private final Server postern;

    private IntakeBench(PrintStream out, SSLContext trust, Server postfix, Server postern) {
        this.out = out;
        this.trust = trust;
        this.postfix = postfix;
        this.postern = postern;
    }

    /// What is sent.
    ///
    /// @param pipelined whether commands go out together, or each waits for its reply
    private record Task(
            String name, int connections, int messages, String content, boolean pipelined) {

        Task(String name, int connections, int messages, String content) {
            this(name, connections, messages, content, true);
        }
    }

    static int run(PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("postern-bench");
        Path ours = Files.createDirectories(folder.resolve("postern"));
        TestKey.make(folder);
        Files.copy(folder.resolve(TestKey.PKCS12), ours.resolve(TestKey.PKCS12));
        try (Server postfix = PostfixProcess.start(folder);
                Server postern = DoorProcess.start(ours)) {
            Machine.thisOne().print(out);
            new IntakeBench(out, Trust.only(folder.resolve(TestKey.CERTIFICATE)), postfix, postern)
                    .measure();
        }
        return 0;
    }

    private void measure() throws Exception {
        Task small = new Task("10 KiB", 20, 10_000, plain(10 * 1024));
        warmUp(postfix, small);
        warmUp(postern, small);
        out.println("| what | server | per second | MB/s | p50 ms | p99 ms | CPU ms each |");
        out.println("|---|---|---:|---:|---:|---:|---:|");
        compare(small);
        compare(new Task("10 KiB, no pipelining", 20, 5_000, small.content(), false));
        compare(new Task("10 KiB", 500, 5_000, plain(10 * 1024)));
        compare(new Task("9 MB", 4, 40, plain(9_000_000)));
        alone(new Task("1 MiB with 2,000 in Cc", 4, 100, manyInCc(1 << 20)));
        alone(new Task("1 MiB plain", 4, 100, plain(1 << 20)));
    }

    /// Until compilers and caches have seen it all, the client's too: a mail server runs for weeks.
    private void warmUp(Server server, Task task) throws Exception {
        double before = 0;
        double rate = measure(server, task).perSecond();
        for (int i = 1; i < MOST_WARM_UPS && rate > before * STILL_WARMING; i++) {
            before = rate;
            rate = measure(server, task).perSecond();
        }
    }

    private void compare(Task task) throws Exception {
        List<Sent> peers = new ArrayList<>();
        List<Sent> own = new ArrayList<>();
        for (int i = 0; i < PAIRS; i++) {
            peers.add(measure(postfix, task));
            own.add(measure(postern, task));
        }
        row(task, postfix.name(), peers);
        row(task, postern.name(), own);
        out.printf(
                Locale.ROOT,
                "| | **ratio** | **%.2f** | %.2f | %.2f | **%.2f** | %.2f |%n",
                ratio(own, peers, Sent::perSecond),
                ratio(own, peers, Sent::megabytesPerSecond),
                ratio(own, peers, Sent::p50),
                ratio(own, peers, Sent::p99),
                ratio(own, peers, Sent::serverMillis));
    }

    private void alone(Task task) throws Exception {
        measure(postern, task);
        row(task, postern.name(), List.of(measure(postern, task)));
    }

    private Sent measure(Server server, Task task) throws Exception {
        Mail mail = new Mail("patient@example.net", task.content().getBytes(US_ASCII));
        return Sender.send(
                server.port(),
                trust,
                task.connections(),
                task.messages(),
                () -> mail,
                task.pipelined());
    }

    private void row(Task task, String server, List<Sent> rounds) {
        out.printf(
                Locale.ROOT,
                "| %s, %d connections | %s | %.0f | %.1f | %.1f | %.1f | %.2f |%n",
                task.name(),
                task.connections(),
                server,
                median(rounds, Sent::perSecond),
                median(rounds, Sent::megabytesPerSecond),
                median(rounds, Sent::p50),
                median(rounds, Sent::p99),
                median(rounds, Sent::serverMillis));
        out.flush();
    }

    private static double ratio(List<Sent> own, List<Sent> peers, ToDoubleFunction<Sent> figure) {
        return median(own, figure) / median(peers, figure);
    }

    static double median(List<Sent> rounds, ToDoubleFunction<Sent> figure) {
        double[] sorted = rounds.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    static String plain(int bytes) {
        return message("", bytes);
    }

    private static String manyInCc(int bytes) {
        StringBuilder cc = new StringBuilder("Cc: ");
        // Long names fill the header section to its limit, near enough.
        int name = bytes / 2_000 - "\"\" <u0000@example.net>,\r\n ".length() - 2;
        for (int i = 0; i < 2_000; i++) {
            cc.append('"').append("n".repeat(name)).append("\" <u").append(1_000 + i);
            cc.append("@example.net>").append(i < 1_999 ? ",\r\n " : "\r\n");
        }
        return message(cc.toString(), cc.length());
    }

    private static String message(String fields, int bytes) {
        String header =
                "From: Nurse <nurse@example.com>\r\nTo: <patient@example.net>\r\n"
                        + fields
                        + "Subject: [Your results]\r\n\r\n";
        String line = "All is well with the results of the examination; no more is needed.\r\n";
        int lines = Math.max(1, (bytes - header.length()) / line.length());
        return header + line.repeat(lines);
    }
}
