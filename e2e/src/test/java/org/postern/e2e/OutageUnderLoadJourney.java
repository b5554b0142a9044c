package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// Twenty messages a second go on coming while one after the other of the parts that Postern stands
/// on is away: every one is answered 250 as fast as before, and its recipient is told once
/// (promises P1, P5 and P11).
///
/// The minute of the ordinary run says how fast; that of profile `long`, with ten minutes for each,
/// judges it.
class OutageUnderLoadJourney {

    private static final int PER_SECOND = 20;

    /// How much faster it drains than it came.
    private static final int DRAIN = 5;

    @TempDir Path folder;

    private final AtomicReference<EmbeddedPostgres> database = new AtomicReference<>();

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES)
    void mailIsTakenAndToldOnceWhateverIsAwayForSomeSeconds() throws Exception {
        Run run = run(Duration.ofSeconds(10));

        run.rows.values().forEach(row -> System.out.println(row.line()));
    }

    @Test
    @Tag("long")
    @Timeout(value = 3, unit = TimeUnit.HOURS)
    void mailIsTakenAsFastAsBeforeAndDrainsFastWhateverIsAwayForTenMinutes() throws Exception {
        Run run = run(Duration.ofMinutes(10));

        run.rows.values().forEach(row -> System.out.println(row.line()));
        long before = run.before();
        run.rows.forEach((name, row) -> {
            assertThat(row.p99())
                    .as(name)
                    .isLessThanOrEqualTo(Math.max(before * 6 / 5, before + 20));
            if (row.drained() > 0) {
                assertThat(row.drained()).as(name).isGreaterThanOrEqualTo(DRAIN * PER_SECOND);
            }
        });
    }

    /// @param p99 of MAIL to 250 in milliseconds, the wait for a connection included
    /// @param drained recipients told each second, from the first after the window until none
    ///   waited; 0 if nothing had to wait
    private record Row(String name, int accepted, long p99, double drained) {

        String line() {
            return "outage under load: part=%s accepted=%d p99=%d ms drained=%.0f a second"
                    .formatted(name, accepted, p99, drained);
        }
    }

    private static final class Run {
        private final Map<String, Row> rows = new LinkedHashMap<>();

        private long before() {
            return Objects.requireNonNull(rows.get("before")).p99();
        }
    }

    @FunctionalInterface
    private interface Act {
        void run() throws Exception;
    }

    private Run run(Duration window) throws Exception {
        database.set(postgres(0));
        int port = database.get().getPort();
        Run run = new Run();
        try (CountingRelay relay = new CountingRelay();
                PosternProcess postern =
                        PosternProcess.start(
                                data(),
                                PosternProcess.Ports.free(),
                                "--database-url",
                                "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres",
                                "--relay",
                                "localhost:" + relay.port())) {
            SteadyMail mail = SteadyMail.start(postern, PER_SECOND);
            try (mail) {
                pass(Duration.ofSeconds(10)); // compilers and caches
                measure(run, "before", window, mail, relay, () -> {}, () -> {});
                measure(
                        run,
                        "redis",
                        window,
                        mail,
                        relay,
                        () -> redis("STOP"),
                        () -> redis("CONT"));
                measure(run, "blobs", window, mail, relay, this::hideBlobs, this::showBlobs);
                measure(run, "relay", window, mail, relay, relay::goAway, relay::comeBack);
                measure(
                        run,
                        "database, announced",
                        window,
                        mail,
                        relay,
                        () -> {
                            say("maintenance", "start", "--until", "+60m");
                            database.get().close();
                        },
                        () -> {
                            database.set(postgres(port));
                            say("maintenance", "end");
                        });
                measure(
                        run,
                        "database",
                        window,
                        mail,
                        relay,
                        () -> database.get().close(),
                        () -> database.set(postgres(port)));
            }
            assertThat(mail.failed()).isEmpty();
            awaitTold(mail, relay);
            Map<String, Integer> taken = relay.taken();
            assertThat(mail.accepted())
                    .allSatisfy(each ->
                            assertThat(taken.get(each.recipient()))
                                    .as(each.recipient())
                                    .isEqualTo(1));
        } finally {
            database.get().close();
        }
        return run;
    }

    private static void measure(
            Run run,
            String name,
            Duration window,
            SteadyMail mail,
            CountingRelay relay,
            Act away,
            Act back)
            throws Exception {
        Instant begin = Instant.now();
        away.run();
        pass(window);
        back.run();
        Instant end = Instant.now();
        List<Duration> times = new ArrayList<>();
        for (SteadyMail.Accepted each : mail.accepted()) {
            if (!each.due().isBefore(begin) && each.due().isBefore(end)) {
                times.add(each.took());
            }
        }
        times.sort(null);
        long waited = untold(mail, relay, end);
        int toldThen = relay.taken().size();
        // Whoever was found away is looked for in the rhythm that he rests in.
        await().atMost(window.multipliedBy(2).plusSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> waited == 0 || relay.taken().size() > toldThen);
        Instant drains = Instant.now();
        await().atMost(window.multipliedBy(2).plusSeconds(60))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> untold(mail, relay, end) == 0);
        double seconds = Duration.between(drains, Instant.now()).toMillis() / 1000.0;
        run.rows.put(
                name,
                new Row(
                        name,
                        times.size(),
                        times.get((int) Math.ceil(0.99 * times.size()) - 1).toMillis(),
                        waited > 2 * PER_SECOND ? (relay.taken().size() - toldThen) / seconds : 0));
    }

    /// How many of those who were written to before `end` were not told.
    private static long untold(SteadyMail mail, CountingRelay relay, Instant end) {
        Map<String, Integer> taken = relay.taken();
        return mail.accepted().stream()
                .filter(each -> each.answered().isBefore(end))
                .filter(each -> !taken.containsKey(each.recipient()))
                .count();
    }

    private static void awaitTold(SteadyMail mail, CountingRelay relay) {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> untold(mail, relay, Instant.MAX) == 0);
    }

    /// Lets time pass, since that is what is measured.
    private static void pass(Duration time) {
        Instant end = Instant.now().plus(time);
        await().atMost(time.plusMinutes(1))
                .pollInterval(Duration.ofMillis(100))
                .until(() -> !Instant.now().isBefore(end));
    }

    private Path data() {
        return folder.resolve("loaded");
    }

    /// A server that neither answers nor hangs up.
    private void redis(String signal) throws Exception {
        String pid = Files.readString(data().resolve("redis").resolve("redis.pid")).strip();
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor()).isZero();
    }

    private void hideBlobs() throws Exception {
        Files.move(data().resolve("blobs"), data().resolve("blobs-away"));
        Files.writeString(data().resolve("blobs"), "not a directory");
    }

    private void showBlobs() throws Exception {
        Files.delete(data().resolve("blobs"));
        Files.move(data().resolve("blobs-away"), data().resolve("blobs"));
    }

    private void say(String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.addAll(List.of("--data", data().toString()));
        assertThat(Postern.run(Steps.UNWATCHED, all.toArray(String[]::new)))
                .as(String.join(" ", words))
                .isZero();
    }

    private EmbeddedPostgres postgres(int port) throws Exception {
        return EmbeddedPostgres.builder()
                .setPort(port)
                .setDataDirectory(folder.resolve("external-postgres"))
                .setCleanDataDirectory(false)
                .start();
    }
}
