package org.postern.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Debian's HAProxy as the load balancer before the SMTP door: the client is who HAProxy says it
/// is, in both versions of the PROXY protocol and over IPv6.
@ExtendWith(DebianServer.OnDebianAsRoot.class)
class HaproxyJourney {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    @Test
    void theClientIsKnownByTheAddressThatHaproxySaw() throws Exception {
        int[] ports = PosternProcess.Ports.several(2);
        try (PosternProcess postern =
                PosternProcess.start(
                        folder.resolve("postern"),
                        PosternProcess.Ports.free(),
                        "--smtp-proxies",
                        "127.0.0.1/32")) {
            Process haproxy = haproxy(postern.ports().smtp(), ports);
            try {
                for (int port : ports) {
                    await().atMost(PATIENCE).until(() -> listens(port) || !haproxy.isAlive());
                    assertKnownAs(postern, port, "127.0.0.5", "127.0.0.5");
                    assertKnownAs(postern, port, "::1", "0:0:0:0:0:0:0:1");
                }
            } finally {
                haproxy.destroy();
                if (!haproxy.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                    haproxy.destroyForcibly();
                }
            }
            try (Socket direct =
                    new Socket(InetAddress.ofLiteral("127.0.0.1"), postern.ports().smtp())) {
                direct.getOutputStream().write("EHLO client.example.com\r\n".getBytes(US_ASCII));
                assertThat(direct.getInputStream().read())
                        .as("without a PROXY header nobody is greeted")
                        .isEqualTo(-1);
            }
        }
    }

    private Process haproxy(int postern, int... ports) throws Exception {
        Path files = DebianPackages.unpacked("haproxy");
        Path configuration =
                Files.writeString(
                        folder.resolve("haproxy.cfg"),
                        """
                        defaults
                            mode tcp
                            timeout connect 10s
                            timeout client 60s
                            timeout server 60s
                        listen first
                            bind 127.0.0.1:%1$d
                            bind [::1]:%1$d
                            server postern 127.0.0.1:%3$d send-proxy
                        listen second
                            bind 127.0.0.1:%2$d
                            bind [::1]:%2$d
                            unique-id-format %%ci-%%cp
                            server postern 127.0.0.1:%3$d send-proxy-v2 proxy-v2-options unique-id,crc32c
                        """
                                .formatted(ports[0], ports[1], postern));
        ProcessBuilder builder =
                new ProcessBuilder(
                        files.resolve("usr/sbin/haproxy").toString(),
                        "-db",
                        "-f",
                        configuration.toString());
        builder.environment().put("LD_LIBRARY_PATH", DebianPackages.libraries(files));
        return builder.redirectErrorStream(true)
                .redirectOutput(folder.resolve("haproxy.txt").toFile())
                .start();
    }

    private static boolean listens(int port) {
        try (SmtpSession session = SmtpSession.openInClear(port)) {
            session.say("QUIT");
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /// A sender whom nobody knows is refused, and the log says where he came from.
    private static void assertKnownAs(PosternProcess postern, int port, String from, String logged)
            throws Exception {
        long before = refusals(postern, logged);
        try (Socket socket = new Socket()) {
            InetAddress source = InetAddress.ofLiteral(from);
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(
                    new InetSocketAddress(
                            from.contains(":") ? source : InetAddress.ofLiteral("127.0.0.1"),
                            port));
            try (SmtpSession smtp = SmtpSession.open(postern, socket)) {
                smtp.say("MAIL FROM:<nobody@elsewhere.example>");
                smtp.expect("5");
            }
        }
        await().atMost(PATIENCE).until(() -> refusals(postern, logged) == before + 1);
    }

    private static long refusals(PosternProcess postern, String peer) {
        return postern.output().stream()
                .filter(line -> line.contains("sender refused"))
                .filter(line -> line.contains("peer=" + peer))
                .count();
    }
}
