package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// What the kernel is asked for between the end of a message and its `250` (RFC 5321, section 6.1).
@ExtendWith({DebianServer.OnDebianAsRoot.class, SharedPostern.Resolver.class})
class DurabilityJourney {

    private static final String TO = "durable@example.org";

    @TempDir Path folder;

    @Test
    void fileAndDirectoryAreForcedToDiskInThisOrderBeforeTheClientHears250(SharedPostern postern)
            throws Exception {
        postern.startAgain();
        List<SystemCalls.Call> calls;
        try (SystemCalls watched =
                SystemCalls.of(
                        postern.process().pid(),
                        folder,
                        "fsync",
                        "fdatasync",
                        "rename",
                        "renameat",
                        "renameat2",
                        "write",
                        "writev",
                        "sendto",
                        "sendmsg")) {
            try (SmtpSession smtp = SmtpSession.open(postern.process())) {
                String content = "From: nurse@example.com\r\nSubject: [Durable]\r\n\r\nText.\r\n";
                assertThat(smtp.send("nurse@example.com", List.of(TO), content.getBytes(UTF_8)))
                        .startsWith("250");
            }
            calls = watched.end();
        }
        SystemCalls.Call file = first(calls, 0, call -> isForce(call) && call.contains(".half>"));
        SystemCalls.Call rename =
                first(
                        calls,
                        file.ended() + 1,
                        call -> call.startsWith("rename") && call.contains(".entry\""));
        SystemCalls.Call directory =
                first(calls, rename.ended() + 1, call -> isForce(call) && call.contains("/spool>"));
        String port = ":" + postern.process().ports().smtp() + "->";
        SystemCalls.Call reply =
                first(calls, file.began(), call -> !isForce(call) && call.contains(port));
        assertThat(directory.ended()).isLessThan(reply.began());
    }

    private static boolean isForce(String call) {
        return call.startsWith("fsync(") || call.startsWith("fdatasync(");
    }

    private static SystemCalls.Call first(
            List<SystemCalls.Call> calls, int from, Predicate<String> what) {
        return calls.stream()
                .filter(call -> call.began() >= from && what.test(call.text()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("not among " + calls));
    }
}
