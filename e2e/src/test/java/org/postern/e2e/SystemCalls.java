package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a process asks of the kernel while it is watched with Debian's `strace`.
final class SystemCalls implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    // The thread, then the call, its beginning or its end.
    private static final Pattern LINE = Pattern.compile("(\\d+) +(?:<\\.\\.\\. )?(.*)");
    private static final String UNFINISHED = " <unfinished ...>";
    private static final String RESUMED = " resumed>";

    private final Process strace;
    private final Path trace;
    private final Path said;

    private SystemCalls(Process strace, Path trace, Path said) {
        this.strace = strace;
        this.trace = trace;
        this.said = said;
    }

    /// One call; `began` and `ended` are places in the order of all that was seen.
    record Call(String text, int began, int ended) {}

    /// Watches a process from when this returns.
    ///
    /// @param calls names of system calls
    static SystemCalls of(long process, Path folder, String... calls)
            throws IOException, InterruptedException {
        Path files = DebianPackages.unpacked("strace");
        Path trace = folder.resolve("trace.txt");
        Path said = folder.resolve("strace.txt");
        ProcessBuilder builder =
                new ProcessBuilder(
                        files.resolve("usr/bin/strace").toString(),
                        "-f",
                        "-yy",
                        "-e",
                        "trace=" + String.join(",", calls),
                        "-s",
                        "0",
                        "-o",
                        trace.toString(),
                        "-p",
                        "" + process);
        builder.environment().put("LD_LIBRARY_PATH", DebianPackages.libraries(files));
        Process started = builder.redirectErrorStream(true).redirectOutput(said.toFile()).start();
        SystemCalls watching = new SystemCalls(started, trace, said);
        await().atMost(PATIENCE).until(() -> watching.isAttached() || !started.isAlive());
        if (!started.isAlive()) {
            throw new AssertionError("strace ended:\n" + Files.readString(said));
        }
        return watching;
    }

    private boolean isAttached() throws IOException {
        return Files.readString(said, UTF_8).contains(" attached");
    }

    /// Ends watching.
    ///
    /// @return what was seen, in the order in which it began
    List<Call> end() throws IOException, InterruptedException {
        stop();
        List<Call> calls = new ArrayList<>();
        Map<String, Call> unfinished = new HashMap<>();
        List<String> lines = Files.readAllLines(trace, UTF_8);
        for (int i = 0; i < lines.size(); i++) {
            Matcher line = LINE.matcher(lines.get(i));
            if (!line.matches()) {
                continue;
            }
            String thread = line.group(1);
            String text = line.group(2);
            Call begun = unfinished.remove(thread);
            if (text.endsWith(UNFINISHED)) {
                unfinished.put(thread, new Call(text, i, Integer.MAX_VALUE));
            } else if (text.contains(RESUMED) && begun != null) {
                calls.add(new Call(begun.text() + " " + text, begun.began(), i));
            } else {
                calls.add(new Call(text, i, i));
            }
        }
        calls.addAll(unfinished.values());
        calls.sort((a, b) -> Integer.compare(a.began(), b.began()));
        return calls;
    }

    private void stop() throws InterruptedException {
        if (strace.isAlive()) {
            strace.destroy();
            if (!strace.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                strace.destroyForcibly();
            }
        }
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            strace.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
