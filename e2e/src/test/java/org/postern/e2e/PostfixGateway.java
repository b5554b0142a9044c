package org.postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Debian's Postfix with the files of `gateway/postfix`.
final class PostfixGateway implements MailGateway {

    private final DebianServer server;
    private boolean running;
    private final int[] ports = PosternProcess.Ports.several(3);

    PostfixGateway(Path folder, Neighbours neighbours) throws Exception {
        Path files = DebianPackages.unpacked("postfix");
        server = new DebianServer(files, folder, "postfix", List.of("postfix", "postdrop"));
        Path packaged = files.resolve("usr/share/postfix");
        write("main.cf", main(neighbours) + neighbours.filled("postfix/main.cf"));
        write(
                "master.cf",
                Files.readString(packaged.resolve("master.cf.dist"))
                                .replace("\nsmtp      inet", "\n127.0.0.1:" + port() + " inet")
                        + neighbours
                                .filled("postfix/master.cf")
                                .replace("10025", "" + everythingPort())
                                .replace("10026", "" + noticePort()));
        for (String table : List.of("marks", "header", "domains", "recipients")) {
            write("postern-" + table, neighbours.filled("postfix/postern-" + table));
        }
        server.run("cp", "/usr/share/postfix/dynamicmaps.cf", "/etc/postfix/dynamicmaps.cf");
        server.run("postconf", "-F", "*/*/chroot=n");
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(server.etc().resolve(file), content);
    }

    /// As Debian's package sets it up, with ports of our own, a next hop, a log file since no
    /// syslog runs here, and no folder to be locked into since nobody fills it.
    private String main(Neighbours neighbours) {
        return """
        compatibility_level = 3.6
        myhostname = gateway.example.com
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        relayhost = [localhost]:%d
        smtp_host_lookup = native
        maillog_file = /var/log/mail.log
        biff = no
        minimal_backoff_time = 300s
        """
                .formatted(neighbours.nextHop());
    }

    @Override
    public void start() throws Exception {
        server.run("mkdir", "-p", "/var/spool/postfix", "/var/lib/postfix");
        server.run("chown", "postfix:postfix", "/var/lib/postfix");
        server.run("postfix", "start");
        running = true;
    }

    @Override
    public void stop() throws Exception {
        if (running) {
            server.run("postfix", "stop");
            running = false;
        }
    }

    @Override
    public void retry() throws Exception {
        server.run("postqueue", "-f");
    }

    @Override
    public int waiting() throws Exception {
        return (int) server.run("postqueue", "-j").lines().count();
    }

    @Override
    public void trust(String certificates) throws Exception {
        write("postern-ca.pem", certificates);
        if (running) {
            server.run("postfix", "reload");
        }
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
