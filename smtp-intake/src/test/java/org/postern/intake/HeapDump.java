package org.postern.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// All that another virtual machine can still reach, as its own `jcmd` writes it down.
final class HeapDump {

    private final byte[] bytes;

    private HeapDump(byte[] bytes) {
        this.bytes = bytes;
    }

    /// Live objects only: those that are no longer reachable are collected first.
    static HeapDump of(Process process, Path folder) throws IOException, InterruptedException {
        Path file = Files.createTempDirectory(folder, "heap").resolve("live.hprof");
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(process.pid()),
                                "GC.heap_dump",
                                file.toString())
                        .redirectErrorStream(true)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), ISO_8859_1);
        if (jcmd.waitFor() != 0 || !Files.exists(file)) {
            throw new IOException("no heap dump: " + said);
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.delete(file);
        return new HeapDump(bytes);
    }

    /// Whether this text is anywhere, in strings of either kind, arrays of bytes or of characters.
    boolean holds(String text) {
        return List.of(ISO_8859_1, UTF_16LE, UTF_16BE).stream()
                .anyMatch(charset -> holds(text.getBytes(charset)));
    }

    boolean holds(byte[] wanted) {
        byte first = wanted[0];
        for (int i = 0; i <= bytes.length - wanted.length; i++) {
            if (bytes[i] == first && startsAt(i, wanted)) {
                return true;
            }
        }
        return false;
    }

    private boolean startsAt(int start, byte[] wanted) {
        for (int i = 1; i < wanted.length; i++) {
            if (bytes[start + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }
}
