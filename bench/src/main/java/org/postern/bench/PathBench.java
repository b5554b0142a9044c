package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/// The whole path, from MAIL to the notice at a relay, beside a Postfix that merely accepts the
/// same mail, in turn and in the same run.
final class PathBench {

    private static final int CONNECTIONS = 20;
    private static final int MESSAGES = 3_000;
    private static final int ROUNDS = 3;

    /// Compilers, caches and mailboxes; a mail server runs for weeks.
    private static final int WARM_UPS = 10;

    /// As many people as a firm may write to in an hour; each has a mailbox after the first round.
    private static final int RECIPIENTS = 1_000;

    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final byte[] content = IntakeBench.plain(10 * 1024).getBytes(US_ASCII);
    private final AtomicInteger number = new AtomicInteger();

    private PathBench() {}

    static int run(Path jar, PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("postern-bench");
        TestKey.make(folder);
        try (Server postfix = PostfixProcess.start(folder);
                SinkNotices sink = new SinkNotices(0, Clock.systemUTC());
                HouseProcess postern = HouseProcess.start(jar, folder, sink.port())) {
            Machine.thisOne().print(out);
            new PathBench()
                    .measure(
                            out,
                            postfix.port(),
                            Trust.only(folder.resolve(TestKey.CERTIFICATE)),
                            postern.port(),
                            Trust.only(postern.certificate()),
                            sink);
        }
        return 0;
    }

    private void measure(
            PrintStream out,
            int postfix,
            SSLContext postfixTrust,
            int postern,
            SSLContext posternTrust,
            SinkNotices sink)
            throws Exception {
        for (int i = 0; i < WARM_UPS; i++) {
            send(postfix, postfixTrust);
            send(postern, posternTrust);
            sink.await(MESSAGES, PATIENCE);
        }
        out.println(
                "| round | Postfix accepts per second | Postern accepts | told | told of"
                        + " Postfix |");
        out.println("|---:|---:|---:|---:|---:|");
        double[] ratios = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            double peer = send(postfix, postfixTrust).perSecond();
            long began = System.nanoTime();
            double accepted = send(postern, posternTrust).perSecond();
            sink.await(MESSAGES, PATIENCE);
            double told = MESSAGES / ((System.nanoTime() - began) / 1e9);
            ratios[i] = told / peer;
            out.printf(
                    Locale.ROOT,
                    "| %d | %.0f | %.0f | %.0f | %.2f |%n",
                    i + 1,
                    peer,
                    accepted,
                    told,
                    ratios[i]);
            out.flush();
        }
        Arrays.sort(ratios);
        out.printf(Locale.ROOT, "%nmedian **%.2f**%n", ratios[ROUNDS / 2]);
    }

    private Sent send(int port, SSLContext trust) throws Exception {
        return Sender.send(port, trust, CONNECTIONS, MESSAGES, this::next, true);
    }

    /// Another message each time, since the same one is told once.
    private Mail next() {
        int n = number.getAndIncrement();
        byte[] id = ("Message-ID: <" + n + "@bench.example.com>\r\n").getBytes(US_ASCII);
        byte[] whole = Arrays.copyOf(id, id.length + content.length);
        System.arraycopy(content, 0, whole, id.length, content.length);
        return new Mail("patient-" + n % RECIPIENTS + "@example.net", whole);
    }
}
