package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.postern.intake.IntakeProperties;

/// [DoorServer] in a process of its own.
final class DoorProcess implements Server {

    private final Process process;
    private final int port;

    private DoorProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static DoorProcess start(Path folder) throws IOException {
        return start(folder, IntakeProperties.Limits.DEFAULT.maxTransactions());
    }

    /// @param atOnce messages that it takes at once
    static DoorProcess start(Path folder, int atOnce) throws IOException {
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "-Xmx512m",
                                        "-cp",
                                        System.getProperty("java.class.path"),
                                        Bench.class.getName(),
                                        "door",
                                        folder.toString(),
                                        Integer.toString(atOnce)))
                        .redirectError(folder.resolve("door.log").toFile())
                        .start();
        BufferedReader said = process.inputReader(US_ASCII);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.startsWith(DoorServer.READY)) {
                return new DoorProcess(
                        process, Integer.parseInt(line.substring(DoorServer.READY.length())));
            }
        }
        throw new IOException("the door did not open; see " + folder.resolve("door.log"));
    }

    @Override
    public String name() {
        return "Postern";
    }

    long pid() {
        return process.pid();
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        process.outputWriter().close();
        process.onExit().orTimeout(30, TimeUnit.SECONDS).exceptionally(_ -> process).join();
        process.destroyForcibly();
    }
}
