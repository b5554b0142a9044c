package org.postern.server.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// One run of a program to its end, with what it says in a log file.
final class Program {

    private Program() {}

    /// Runs `command` and waits for its end.
    ///
    /// @param log what it says replaces what is in there; not a pipe, which a server started by the
    ///   program would hold open
    /// @return its exit status
    static int run(List<String> command, Path log, Duration limit)
            throws IOException, StartRefusedException {
        var builder =
                new ProcessBuilder(command)
                        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        // Nothing of the operator's environment (PGDATA, PGOPTIONS, LANG, secrets) reaches the
        // servers. A fixed time zone
        // also spares initdb the search for the machine's.
        String path = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
        builder.environment().clear();
        builder.environment().put("PATH", path);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        Process process = builder.start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new StartRefusedException(
                        command.getFirst()
                                + " did not end within "
                                + limit.toSeconds()
                                + " seconds; what it said is in "
                                + log
                                + ".");
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new StartRefusedException("Postern was stopped while it was starting.", e);
        }
    }

    /// The last line that the program said, for a sentence to the operator.
    static String lastLine(Path log) {
        try {
            return Files.readString(log, StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(String::strip)
                    .filter(line -> !line.isEmpty())
                    .reduce("", (earlier, later) -> later);
        } catch (IOException e) {
            return "";
        }
    }
}
