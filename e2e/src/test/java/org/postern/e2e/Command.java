package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A program that was run to its end.
///
/// @param output both streams
record Command(List<String> words, int status, String output) {

    private static final Duration LIMIT = Duration.ofMinutes(3);

    /// Runs a program whatever comes of it.
    static Command tried(List<String> words) throws IOException, InterruptedException {
        return tried(words, LIMIT);
    }

    /// The same for one that may take as long as this.
    static Command tried(List<String> words, Duration limit)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("postern-command", ".txt");
        try {
            // to a file: a server that it leaves behind would hold a pipe open
            Process process =
                    new ProcessBuilder(words)
                            .redirectErrorStream(true)
                            .redirectOutput(output.toFile())
                            .start();
            process.getOutputStream().close();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(words + " did not end in " + limit);
            }
            // programs cut texts where they like, in the middle of a character too
            return new Command(
                    words, process.exitValue(), new String(Files.readAllBytes(output), UTF_8));
        } finally {
            Files.delete(output);
        }
    }

    /// Runs a program that has to succeed.
    ///
    /// @return what it wrote
    static String run(List<String> words) throws IOException, InterruptedException {
        Command command = tried(words);
        if (command.status() != 0) {
            throw new AssertionError(
                    words + " ended with " + command.status() + ":\n" + command.output());
        }
        return command.output();
    }
}
