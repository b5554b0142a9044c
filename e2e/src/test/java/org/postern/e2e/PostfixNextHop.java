package org.postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Debian's Postfix behind Postern: it takes unmarked mail over TLS and sends it on. It refuses
/// mail for [#REFUSED] and puts off mail for [#DEFERRED].
final class PostfixNextHop implements AutoCloseable {

    static final String REFUSED = "refused@example.org";
    static final String DEFERRED = "deferred@example.org";

    private final DebianServer server;
    private final int port = PosternProcess.Ports.several(1)[0];
    private final int beyond;
    private boolean running;

    /// @param beyond port of the server to which it sends what it took
    PostfixNextHop(Path folder, ServerCertificate certificate, int beyond) throws Exception {
        Path files = DebianPackages.unpacked("postfix");
        this.server = new DebianServer(files, folder, "postfix", List.of("postfix", "postdrop"));
        this.beyond = beyond;
        write("hop.pem", certificate.pem());
        write("hop.key", certificate.keyPem());
        write("main.cf", main("encrypt", ""));
        write(
                "master.cf",
                Files.readString(files.resolve("usr/share/postfix/master.cf.dist"))
                        .replace("\nsmtp      inet", "\n127.0.0.1:" + port + " inet"));
        server.run("cp", "/usr/share/postfix/dynamicmaps.cf", "/etc/postfix/dynamicmaps.cf");
        server.run("postconf", "-F", "*/*/chroot=n");
        server.run("mkdir", "-p", "/var/spool/postfix", "/var/lib/postfix");
        server.run("chown", "postfix:postfix", "/var/lib/postfix");
    }

    private void write(String file, String content) throws IOException {
        Files.writeString(server.etc().resolve(file), content);
    }

    /// Where a restriction that never ends is met: `sleep` of postconf(5).
    enum Asleep {
        BEFORE_THE_GREETING("smtpd_delay_reject = no\nsmtpd_client_restrictions = sleep 600"),
        AT_THE_RECIPIENT("smtpd_sender_restrictions = sleep 600"),
        AT_DATA("smtpd_data_restrictions = sleep 600"),
        AFTER_THE_CONTENT("smtpd_end_of_data_restrictions = sleep 600");

        private final String settings;

        Asleep(String settings) {
            this.settings = settings;
        }
    }

    private String main(String tls, String more) {
        return """
        compatibility_level = 3.6
        myhostname = hop.example.net
        mydestination =
        mynetworks = 127.0.0.0/8
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        relayhost = [127.0.0.1]:%d
        maillog_file = /var/log/mail.log
        biff = no
        smtpd_tls_security_level = %s
        smtpd_tls_cert_file = /etc/postfix/hop.pem
        smtpd_tls_key_file = /etc/postfix/hop.key
        smtpd_recipient_restrictions =
            check_recipient_access inline:{ {%s = 554 5.7.1 Refused there}, {%s = 451 4.7.1 Later} }
            permit_mynetworks reject
        %s
        """
                .formatted(beyond, tls, REFUSED, DEFERRED, more);
    }

    int port() {
        return port;
    }

    void start() throws Exception {
        server.run("postfix", "start");
        running = true;
    }

    /// Starts it so that it falls asleep there.
    void start(Asleep where) throws Exception {
        write("main.cf", main("encrypt", where.settings));
        start();
    }

    /// Kills every process that talks to a client; the next client gets another.
    void killSessions() throws IOException {
        String master = Files.readString(server.var().resolve("spool/postfix/pid/master.pid"));
        ProcessHandle.of(Long.parseLong(master.strip()))
                .orElseThrow()
                .children()
                .filter(child -> child.info().command().orElse("").endsWith("/smtpd"))
                .forEach(ProcessHandle::destroyForcibly);
    }

    /// Starts it anew without TLS.
    void startWithoutTls() throws Exception {
        stop();
        write("main.cf", main("none", ""));
        start();
    }

    /// Nothing happens if it does not run.
    void stop() throws IOException, InterruptedException {
        if (running) {
            running = false;
            server.run("postfix", "stop");
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
