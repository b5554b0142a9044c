package org.postern.bench;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/// What a connection costs the SMTP door that has made its handshake, said EHLO and now says
/// nothing: the door is a process of its own, and its memory is looked at after full collections.
final class IdleBench {

    private static final int WARM_UP = 500;
    private static final int COLLECTIONS = 3;
    private static final Pattern RESIDENT = Pattern.compile("VmRSS:\\s+([0-9]+) kB");
    private static final Pattern USED = Pattern.compile("heap\\s.* used ([0-9]+)K");

    private IdleBench() {}

    /// @param resident what the kernel counts
    /// @param heap what lives in the heap
    private record Memory(long resident, long heap) {}

    static int run(int connections, PrintStream out) throws Exception {
        Path folder = Files.createTempDirectory("postern-bench");
        TestKey.make(folder);
        SSLContext trust = Trust.only(folder.resolve(TestKey.CERTIFICATE));
        try (DoorProcess door = DoorProcess.start(folder)) {
            hangUp(connect(door, trust, WARM_UP)); // until code is loaded and pools are filled
            Memory before = memory(door);
            List<SmtpSender> idle = connect(door, trust, connections);
            Memory with = memory(door);
            out.println("| idle connections | KiB each, resident | of it in the heap |");
            out.println("|---:|---:|---:|");
            out.printf(
                    Locale.ROOT,
                    "| %,d | %.1f | %.1f |%n",
                    connections,
                    (with.resident() - before.resident()) / (double) connections,
                    (with.heap() - before.heap()) / (double) connections);
            hangUp(idle);
        }
        return 0;
    }

    private static List<SmtpSender> connect(DoorProcess door, SSLContext trust, int count)
            throws IOException {
        List<SmtpSender> open = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            open.add(SmtpSender.connect(door.port(), trust));
        }
        return open;
    }

    private static void hangUp(List<SmtpSender> open) throws IOException {
        for (SmtpSender each : open) {
            each.close();
        }
    }

    private static Memory memory(DoorProcess door) throws IOException, InterruptedException {
        for (int i = 0; i < COLLECTIONS; i++) {
            jcmd(door, "GC.run"); // each gives a part of what it freed back to the kernel
        }
        String status = Files.readString(Path.of("/proc", Long.toString(door.pid()), "status"));
        return new Memory(number(RESIDENT, status), number(USED, jcmd(door, "GC.heap_info")));
    }

    private static long number(Pattern pattern, String text) throws IOException {
        Matcher found = pattern.matcher(text);
        if (!found.find()) {
            throw new IOException("no " + pattern + " in " + text);
        }
        return Long.parseLong(found.group(1));
    }

    private static String jcmd(DoorProcess door, String what)
            throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                                Long.toString(door.pid()),
                                what)
                        .start();
        String said = new String(jcmd.getInputStream().readAllBytes(), US_ASCII);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd cannot ask the door");
        }
        return said;
    }
}
