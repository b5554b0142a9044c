package org.postern.e2e;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;

/// A server of Debian's where its package puts it, for its own processes alone: in a mount
/// namespace `/usr` has the package's files too, the server's folder in `/etc` is a copy, and
/// `/var` and `/run` are folders of the test. So the files of `gateway/` stand where their guides
/// say, and the machine keeps its own mail server, if it has one.
///
/// Making such a namespace takes root.
final class DebianServer {

    private static final String MOUNTED =
            """
            set -e
            mount -t overlay overlay -o "lowerdir=$1/usr:/usr" /usr
            mount -t overlay overlay -o "lowerdir=$2/etc:/etc" /etc
            mount --bind "$2/etc/$3" "/etc/$3"
            mount --bind "$2/run" /run
            mount --bind "$2/var" /var
            mount --bind /run /var/run
            shift 3
            exec "$@"
            """;
    private static final int FIRST_ID = 64_900;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path files;
    private final Path own;
    private final String name;

    /// @param files of the package, unpacked
    /// @param own a folder for what this server changes
    /// @param name of its folder in `/etc`
    /// @param users whom the package would make, each with a group of that name
    DebianServer(Path files, Path own, String name, List<String> users)
            throws IOException, InterruptedException {
        this.files = files;
        this.own = own;
        this.name = name;
        for (String folder :
                List.of("run", "var/spool", "var/log", "var/lib", "var/mail", "var/run")) {
            Files.createDirectories(own.resolve(folder));
        }
        Files.createDirectories(etc());
        Path packaged = files.resolve("etc").resolve(name);
        if (Files.isDirectory(packaged)) {
            Command.run(List.of("cp", "-a", packaged + "/.", etc().toString()));
        }
        List<String> accounts = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        for (String user : users) {
            int id = FIRST_ID + accounts.size();
            accounts.add(user + ":x:" + id + ":" + id + "::/:/usr/sbin/nologin");
            groups.add(user + ":x:" + id + ":");
        }
        add("passwd", accounts);
        add("group", groups);
    }

    /// The machine's own lines and those that it lacks.
    private void add(String file, List<String> lines) throws IOException {
        List<String> known = Files.readAllLines(Path.of("/etc", file));
        Stream<String> missing =
                lines.stream()
                        .filter(line -> {
                            String start = line.substring(0, line.indexOf(':') + 1);
                            return known.stream().noneMatch(each -> each.startsWith(start));
                        });
        Files.write(
                own.resolve("etc").resolve(file), Stream.concat(known.stream(), missing).toList());
    }

    /// Skips tests, with the reason, where no such server can run.
    static final class OnDebianAsRoot implements ExecutionCondition {

        private static final String OVERLAY = "mount -t overlay overlay -o lowerdir=/etc:/usr /mnt";

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            if (context.getTestMethod().isPresent()) {
                return ConditionEvaluationResult.enabled("its class is");
            }
            try {
                if (!succeeds("sh", "-c", "command -v apt-get && command -v dpkg-deb")) {
                    return ConditionEvaluationResult.disabled(
                            "Debian's servers come in Debian's packages");
                }
                return succeeds("unshare", "--mount", "sh", "-c", OVERLAY)
                        ? ConditionEvaluationResult.enabled("on Debian as root")
                        : ConditionEvaluationResult.disabled(
                                "a server with a file system of its own takes root");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }

        private static boolean succeeds(String... words) throws IOException, InterruptedException {
            return Command.tried(List.of(words)).status() == 0;
        }
    }

    /// Its folder in `/etc`.
    Path etc() {
        return own.resolve("etc").resolve(name);
    }

    /// What it sees as `/var`.
    Path var() {
        return own.resolve("var");
    }

    /// Runs a program beside the server.
    ///
    /// @return what it wrote
    String run(String... words) throws IOException, InterruptedException {
        return Command.run(mounted(words));
    }

    /// Starts a program that stays, and waits until it listens at this port.
    Process start(int port, String... words) throws IOException {
        Path output = own.resolve("output.txt");
        Process started =
                new ProcessBuilder(mounted(words))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()))
                        .start();
        await().atMost(PATIENCE).until(() -> listens(port) || !started.isAlive());
        if (!started.isAlive()) {
            throw new AssertionError(
                    name + " ended with its first breath:\n" + Files.readString(output));
        }
        return started;
    }

    private static boolean listens(int port) {
        try (SmtpSession session = SmtpSession.openInClear(port)) {
            session.say("QUIT");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private List<String> mounted(String... words) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "unshare",
                                "--mount",
                                "sh",
                                "-c",
                                MOUNTED,
                                "sh",
                                files.toString(),
                                own.toString(),
                                name));
        command.addAll(List.of(words));
        return command;
    }
}
