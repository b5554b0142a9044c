package org.postern.e2e;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.postern.db.Step;

/// A Postern in a process of its own, started as `./postern up` starts it, on ports and a data
/// folder of its own.
final class PosternProcess implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private final Process process;
    private final Path data;
    private final Ports ports;
    private final CompletableFuture<String> ready = new CompletableFuture<>();
    private final CompletableFuture<String> armed = new CompletableFuture<>();
    private final CompletableFuture<String> halted = new CompletableFuture<>();
    private final CompletableFuture<Integer> gone;

    /// Free ports on loopback, chosen once and used again after a restart.
    record Ports(int smtp, int smtps, int http, int management) {

        static Ports free() {
            int[] free = several(4);
            return new Ports(free[0], free[1], free[2], free[3]);
        }

        /// That many free ports, none of those that the kernel gives to clients: such a one is
        /// easily gone again before the server that is to have it comes up.
        static int[] several(int count) {
            List<ServerSocket> held = new ArrayList<>();
            while (held.size() < count) {
                try {
                    held.add(new ServerSocket(ThreadLocalRandom.current().nextInt(10_000, 32_000)));
                } catch (IOException taken) {
                    // another one, then
                }
            }
            int[] free = held.stream().mapToInt(ServerSocket::getLocalPort).toArray();
            try {
                for (ServerSocket socket : held) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return free;
        }
    }

    private PosternProcess(Process process, Path data, Ports ports, Path log) {
        this.process = process;
        this.data = data;
        this.ports = ports;
        this.gone = process.onExit().thenApply(Process::exitValue);
        Thread.ofVirtual().name("postern-output").start(() -> follow(log));
    }

    /// Starts one and waits until it says that it is ready.
    static PosternProcess start(Path data, Ports ports, String... more) throws Exception {
        PosternProcess postern =
                launch(List.of("org.postern.server.Postern"), data, ports, List.of(), more);
        postern.awaitReady();
        return postern;
    }

    /// The same with options for the virtual machine.
    static PosternProcess startWith(List<String> jvm, Path data, Ports ports, String... more)
            throws Exception {
        PosternProcess postern =
                launch(List.of("org.postern.server.Postern"), data, ports, jvm, more);
        postern.awaitReady();
        return postern;
    }

    /// Starts one that can be told to stop dead at a step.
    static PosternProcess startHaltable(Path data, Ports ports) throws Exception {
        PosternProcess postern =
                launch(List.of("org.postern.e2e.HaltingPostern"), data, ports, List.of());
        postern.awaitReady();
        return postern;
    }

    /// Has it stop dead when it next passes this step.
    void haltAt(Step step) throws Exception {
        try (BufferedWriter orders = process.outputWriter(StandardCharsets.UTF_8)) {
            orders.write(step.name() + "\n");
        }
        await(armed, "told where to halt");
    }

    static PosternProcess launch(
            List<String> main, Path data, Ports ports, List<String> jvm, String... more)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(main);
        command.addAll(
                List.of(
                        "up",
                        "--data",
                        data.toString(),
                        "--smtp-port",
                        "" + ports.smtp(),
                        "--smtps-port",
                        "" + ports.smtps(),
                        "--http-port",
                        "" + ports.http(),
                        "--management-port",
                        "" + ports.management(),
                        "--sign-in-mails", // who tries things asks again and again
                        "1000"));
        command.addAll(Arrays.asList(more));
        Path log =
                Files.createDirectories(Path.of("target", "postern-logs"))
                        .resolve(data.getFileName() + "-" + ports.smtp() + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new PosternProcess(process, data, ports, log);
    }

    void awaitReady() throws Exception {
        await(ready, "ready");
    }

    /// Waits until it has stopped dead at its step.
    void awaitHalted() throws Exception {
        await(halted, "halted");
    }

    private void await(CompletableFuture<String> what, String name) throws Exception {
        try {
            CompletableFuture.anyOf(what, gone).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            kill();
            throw new AssertionError("Postern was not " + name + " in " + PATIENCE, e);
        }
        if (!what.isDone()) {
            throw new AssertionError(
                    "Postern ended with status "
                            + gone.get()
                            + " before it was "
                            + name
                            + ":\n"
                            + String.join("\n", output()));
        }
    }

    private final List<String> lines = new ArrayList<>();

    /// Everything it has written so far.
    List<String> output() {
        synchronized (lines) {
            return List.copyOf(lines);
        }
    }

    private void follow(Path log) {
        try (BufferedReader reader = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                synchronized (lines) {
                    lines.add(line);
                }
                Files.writeString(
                        log, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
                if (line.startsWith("postern is ready: ")) {
                    ready.complete(line);
                } else if (line.startsWith(HaltingPostern.ARMED)) {
                    armed.complete(line);
                } else if (line.startsWith(HaltingPostern.HALTED)) {
                    halted.complete(line);
                }
            }
        } catch (IOException e) {
            ready.completeExceptionally(e);
        }
    }

    String readyLine() throws ExecutionException, InterruptedException {
        return ready.get();
    }

    long pid() {
        return process.pid();
    }

    Path data() {
        return data;
    }

    Ports ports() {
        return ports;
    }

    String portal() {
        return "http://localhost:" + ports.http();
    }

    /// The mails of the demo's outbox, oldest first.
    List<Path> outbox() throws IOException {
        Path outbox = data.resolve("outbox");
        if (!Files.isDirectory(outbox)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(outbox)) {
            return files.filter(file -> file.toString().endsWith(".eml")).sorted().toList();
        }
    }

    /// Ends it as a power cut does, servers under it left behind.
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /// Ends it as an operator does.
    ///
    /// @return exit status
    int stop() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            kill();
            throw new AssertionError("Postern did not stop in " + PATIENCE);
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                stop();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
