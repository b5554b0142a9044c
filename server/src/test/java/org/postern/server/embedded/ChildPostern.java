package org.postern.server.embedded;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A process like Postern's, to be killed by a test: it takes a data folder and, if told, starts
/// both servers on it.
final class ChildPostern implements AutoCloseable {

    private final Process process;

    private ChildPostern(Process process) {
        this.process = process;
    }

    /// A child that holds the folder.
    static ChildPostern holding(Path data) throws IOException {
        return start("hold", data);
    }

    /// A child that has started both servers and written a row into each.
    static ChildPostern withServers(Path data) throws IOException {
        return start("serve", data);
    }

    /// Whether another process could take the folder.
    static boolean canOpen(Path data) throws IOException, InterruptedException {
        return launch("try", data).waitFor() == 0;
    }

    private static ChildPostern start(String what, Path data) throws IOException {
        Process process = launch(what, data);
        var child = new ChildPostern(process);
        await("child is ready")
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    if (!process.isAlive()) {
                        throw new IllegalStateException("child ended");
                    }
                    return DataFolder.announced(data)
                            .filter(addresses -> addresses.pid() == process.pid())
                            .isPresent();
                });
        return child;
    }

    private static Process launch(String what, Path data) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Main.class.getName(), what, data.toString()));
        return new ProcessBuilder(command).inheritIO().start();
    }

    long pid() {
        return process.pid();
    }

    /// `kill -9`.
    void kill() {
        process.destroyForcibly().onExit().orTimeout(10, SECONDS).join();
    }

    @Override
    public void close() {
        kill();
    }

    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws Exception {
            Path data = Path.of(arguments[1]);
            var folder = DataFolder.open(data);
            if (arguments[0].equals("try")) {
                return;
            }
            if (arguments[0].equals("serve")) {
                var random = new SecureRandom();
                var postgres = LocalPostgres.start(folder, random);
                var redis = LocalRedis.start(folder, random);
                execute(
                        postgres.mail(),
                        "CREATE TABLE kept (word text)",
                        "INSERT INTO kept VALUES ('mail')");
                try (var client = new RedisClient(redis.access())) {
                    client.ask("SET kept redis");
                }
                // with everysec, "told" is on disk a second later; the file says when
                Path appendOnly = folder.redis().resolve("appendonly.aof");
                await().until(() -> Files.size(appendOnly) > 0);
            }
            folder.announce(
                    new RunningAddresses(
                            ProcessHandle.current().pid(), "localhost", 1, 2, 3, 4, true));
            new CountDownLatch(1).await();
        }

        static void execute(DatabaseAccess access, String... statements) throws Exception {
            try (Connection connection =
                            DriverManager.getConnection(
                                    access.url(), access.user(), access.password());
                    Statement statement = connection.createStatement()) {
                for (String sql : statements) {
                    statement.execute(sql);
                }
            }
        }
    }
}
