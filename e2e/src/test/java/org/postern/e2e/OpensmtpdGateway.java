package org.postern.e2e;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Debian's OpenSMTPD with the files of `gateway/opensmtpd`.
final class OpensmtpdGateway implements MailGateway {

    private final DebianServer server;
    private final int[] ports = PosternProcess.Ports.several(3);
    private @Nullable Process daemon;

    OpensmtpdGateway(Path folder, Neighbours neighbours) throws Exception {
        Path files = DebianPackages.unpacked("opensmtpd");
        server = new DebianServer(files, folder, "smtpd", List.of("opensmtpd", "opensmtpq"));
        Files.writeString(server.etc().resolveSibling("mailname"), "gateway.example.com\n");
        Files.writeString(
                server.etc().resolveSibling("smtpd.conf"),
                neighbours
                                .filled("opensmtpd/smtpd.conf")
                                .replace("10025", "" + everythingPort())
                                .replace("10026", "" + noticePort())
                        + before(neighbours));
        Path filter = server.etc().resolve("postern-suffix");
        Files.writeString(filter, neighbours.filled("opensmtpd/postern-suffix"));
        Files.setPosixFilePermissions(filter, PosixFilePermissions.fromString("rwxr-xr-x"));
        server.run("mkdir", "-p", "/var/lib/opensmtpd/empty");
    }

    /// What it had before: other mail goes to a smarthost.
    private String before(Neighbours neighbours) {
        return """
        listen on 127.0.0.1 port %d filter "postern-partners"
        action "smarthost" relay host smtp+notls://localhost:%d
        match from local for any action "smarthost"
        """
                .formatted(port(), neighbours.nextHop());
    }

    @Override
    public void start() throws Exception {
        daemon = server.start(port(), "smtpd", "-d");
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

    /// In the group that Debian's package would give this program.
    private String control(String... words) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of("setpriv", "--regid", "opensmtpq", "--clear-groups", "smtpctl"));
        command.addAll(List.of(words));
        return server.run(command.toArray(String[]::new));
    }

    @Override
    public void retry() throws Exception {
        // it keeps away from a server that has failed
        for (String route : control("show", "routes").lines().toList()) {
            control("resume", "route", route.substring(0, route.indexOf('.')));
        }
        control("schedule", "all");
    }

    @Override
    public int waiting() throws Exception {
        return (int) control("show", "queue").lines().count();
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
