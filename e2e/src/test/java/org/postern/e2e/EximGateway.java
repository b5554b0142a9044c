package org.postern.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Debian's Exim with the files of `gateway/exim`.
final class EximGateway implements MailGateway {

    /// The one smarthost of the world that is this machine itself.
    private static final String SMARTHOST_HERE =
            """
            sed -i 's/transport = remote_smtp_smarthost/&\\n  self = send/' /etc/exim4/conf.d/router/200*
            sed -i 's/^  driver = smtp/&\\n  allow_localhost/' /etc/exim4/conf.d/transport/30*_smarthost
            mkdir -p /var/spool/exim4 /var/log/exim4 /var/lib/exim4 /run/exim4
            chown Debian-exim:Debian-exim /var/spool/exim4 /var/log/exim4 /run/exim4
            update-exim4.conf
            """;

    private final DebianServer server;
    private final int[] ports = PosternProcess.Ports.several(3);
    private @Nullable Process daemon;

    EximGateway(Path folder, Neighbours neighbours) throws Exception {
        Path files = DebianPackages.unpacked("exim4-daemon-light", "exim4-base", "exim4-config");
        server = new DebianServer(files, folder, "exim4", List.of("Debian-exim"));
        Files.writeString(server.etc().resolve("update-exim4.conf.conf"), answers(neighbours));
        Path parts = server.etc().resolve("conf.d");
        Files.writeString(
                parts.resolve("main/00_postern"),
                neighbours
                        .filled("exim/main")
                        .replace("10025", "" + everythingPort())
                        .replace("10026", "" + noticePort()));
        Files.writeString(parts.resolve("router/050_postern"), neighbours.filled("exim/router"));
        Files.writeString(
                parts.resolve("transport/30_postern"), neighbours.filled("exim/transport"));
        server.run("sh", "-ec", SMARTHOST_HERE);
    }

    /// What Debian's package would ask for: other mail goes to a smarthost.
    private String answers(Neighbours neighbours) {
        return """
        dc_eximconfig_configtype='satellite'
        dc_other_hostnames='gateway.example.com'
        dc_local_interfaces='127.0.0.1.%d ; 127.0.0.1.%d ; 127.0.0.1.%d'
        dc_readhost='gateway.example.com'
        dc_relay_nets='127.0.0.0/8'
        dc_smarthost='localhost::%d'
        dc_minimaldns='true'
        dc_use_split_config='true'
        """
                .formatted(ports[0], ports[1], ports[2], neighbours.nextHop());
    }

    @Override
    public void start() throws Exception {
        daemon = server.start(port(), "exim4", "-bdf", "-q30m");
    }

    @Override
    public void stop() throws Exception {
        Process running = daemon;
        if (running != null) {
            running.destroy();
            running.waitFor();
            daemon = null;
        }
    }

    @Override
    public void retry() throws Exception {
        server.run("exim4", "-qff");
    }

    @Override
    public int waiting() throws Exception {
        return Integer.parseInt(server.run("exim4", "-bpc").strip());
    }

    @Override
    public void trust(String certificates) throws Exception {
        Files.writeString(server.etc().resolve("postern-ca.pem"), certificates);
    }

    @Override
    public int port() {
        return ports[0];
    }

    @Override
    public int everythingPort() {
        return ports[1];
    }

    @Override
    public int noticePort() {
        return ports[2];
    }
}
