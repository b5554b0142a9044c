package org.postern.server.embedded;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Server processes that outlived the Postern which started them (`kill -9`), found by the folder
/// they work in.
///
/// Both servers change into their data folder, so on Linux `/proc/PID/cwd` says whose they are,
/// whatever a pid file says: process ids are used again, most of all in a container that was
/// restarted. Elsewhere the pid file says which process to look at, and its command line must name
/// the folder.
final class LeftOver {

    private static final Path PROC = Path.of("/proc");
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(5);

    private final Path folder;
    private final String program;
    private final Path pidFile;

    /// Looks for one server.
    ///
    /// @param folder where the server works
    /// @param program file name of the server's program
    /// @param pidFile file whose first line is the server's process id
    LeftOver(Path folder, String program, Path pidFile) {
        this.folder = folder;
        this.program = program;
        this.pidFile = pidFile;
    }

    /// The server itself, if it runs.
    Optional<ProcessHandle> server() {
        return recordedPid().flatMap(ProcessHandle::of).filter(this::isOurs);
    }

    /// The server and every process it made.
    List<ProcessHandle> all() {
        var found = new ArrayList<ProcessHandle>();
        if (Files.isDirectory(PROC.resolve("self"))) {
            try (Stream<ProcessHandle> processes = ProcessHandle.allProcesses()) {
                processes.filter(this::isOurs).forEach(found::add);
            }
        } else {
            server().ifPresent(found::add);
        }
        return found;
    }

    /// Whether we can see other processes well enough to say that a pid file is stale.
    boolean canTellStale() {
        return Files.isDirectory(PROC.resolve("self"));
    }

    /// Waits until none of them runs; after `limit` they are killed.
    void awaitEnd(Duration limit) throws StartRefusedException {
        List<ProcessHandle> running = stillRunning(all(), limit);
        running.forEach(ProcessHandle::destroyForcibly);
        List<ProcessHandle> immortal = stillRunning(running, KILL_LIMIT);
        if (!immortal.isEmpty()) {
            throw new StartRefusedException(
                    "a "
                            + program
                            + " of an earlier Postern still works on "
                            + folder
                            + " and cannot be stopped (process "
                            + immortal.getFirst().pid()
                            + "). Stop it and try again.");
        }
    }

    /// Looks often: Java itself looks at a process that is not its child three times a second,
    /// which is a third of a start. A process that ended but was not yet fetched by its parent has
    /// no program any more, so it counts as ended.
    private List<ProcessHandle> stillRunning(List<ProcessHandle> processes, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<ProcessHandle> running = processes.stream().filter(this::isOurs).toList();
        while (!running.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            running = running.stream().filter(this::isOurs).toList();
        }
        return running;
    }

    private Optional<Long> recordedPid() {
        try (Stream<String> lines = Files.lines(pidFile, StandardCharsets.ISO_8859_1)) {
            return lines.findFirst().map(String::strip).map(Long::valueOf).filter(pid -> pid > 0);
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean isOurs(ProcessHandle process) {
        ProcessHandle.Info info = process.info();
        String command = info.command().orElse("");
        // Linux says "… (deleted)" when the program's file was replaced while it runs
        String name = command.substring(command.lastIndexOf('/') + 1).replace(" (deleted)", "");
        if (!name.equals(program)) {
            return false;
        }
        Path workingFolder = PROC.resolve(Long.toString(process.pid())).resolve("cwd");
        try {
            return Files.readSymbolicLink(workingFolder).equals(folder.toRealPath());
        } catch (IOException | UnsupportedOperationException e) {
            return Arrays.asList(info.arguments().orElse(new String[0]))
                    .contains(folder.toString());
        }
    }
}
