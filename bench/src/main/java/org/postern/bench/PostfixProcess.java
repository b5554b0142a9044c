package org.postern.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// Debian's Postfix on a loopback port with a configuration of its own, making the same promise:
/// TLS required, the queue file forced to disk before `250`. Needs root, as Postfix does.
final class PostfixProcess implements Server {

    private final Path configuration;
    private final int port;

    private PostfixProcess(Path configuration, int port) {
        this.configuration = configuration;
        this.port = port;
    }

    /// @param folder with the certificate; `/etc/postfix` is not touched
    static PostfixProcess start(Path folder) throws IOException {
        // Its processes run as another user and must find their way in.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        int port = freePort();
        Path configuration = Files.createDirectories(folder.resolve("conf"));
        Path queue = Files.createDirectories(folder.resolve("queue"));
        Path data = Files.createDirectories(folder.resolve("data"));
        Files.writeString(configuration.resolve("main.cf"), main(folder, queue, data));
        Files.writeString(configuration.resolve("master.cf"), master(port));
        postfix(configuration, "set-permissions");
        Files.setOwner(
                data,
                data.getFileSystem()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName("postfix"));
        postfix(configuration, "start");
        PostfixProcess started = new PostfixProcess(configuration, port);
        started.awaitGreeting();
        return started;
    }

    private static String main(Path folder, Path queue, Path data) {
        return """
        compatibility_level = 3.6
        queue_directory = %s
        data_directory = %s
        myhostname = localhost
        mydestination =
        inet_interfaces = 127.0.0.1
        inet_protocols = ipv4
        mynetworks = 127.0.0.0/8
        relay_domains = example.net
        relay_transport = discard:
        relay_recipient_maps =
        alias_maps =
        alias_database =
        message_size_limit = 100000000
        mailbox_size_limit = 0
        smtpd_tls_security_level = encrypt
        smtpd_tls_chain_files = %s, %s
        smtpd_client_connection_count_limit = 0
        smtpd_client_connection_rate_limit = 0
        smtpd_client_message_rate_limit = 0
        default_process_limit = 600
        maillog_file = %s
        maillog_file_prefixes = %s
        """
                .formatted(
                        queue,
                        data,
                        folder.resolve(TestKey.KEY),
                        folder.resolve(TestKey.CERTIFICATE),
                        folder.resolve("postfix.log"),
                        folder);
    }

    private static String master(int port) {
        return """
        127.0.0.1:%d inet n - n - - smtpd
        postlog unix-dgram n - n - 1 postlogd
        pickup unix n - n 60 1 pickup
        cleanup unix n - n - 0 cleanup
        qmgr unix n - n 300 1 qmgr
        tlsmgr unix - - n 1000? 1 tlsmgr
        rewrite unix - - n - - trivial-rewrite
        bounce unix - - n - 0 bounce
        defer unix - - n - 0 bounce
        trace unix - - n - 0 bounce
        verify unix - - n - 1 verify
        flush unix n - n 1000? 0 flush
        proxymap unix - - n - - proxymap
        smtp unix - - n - - smtp
        showq unix n - n - - showq
        error unix - - n - - error
        retry unix - - n - - error
        discard unix - - n - - discard
        anvil unix - - n - 1 anvil
        """
                .formatted(port);
    }

    @Override
    public String name() {
        return "Postfix";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() throws IOException {
        postfix(configuration, "stop");
    }

    private static void postfix(Path configuration, String what) throws IOException {
        Path log = configuration.resolve("said.txt");
        Process process =
                new ProcessBuilder("postfix", "-c", configuration.toString(), what)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                        .start();
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(
                    "postfix " + what + " failed (it needs root): " + Files.readString(log));
        }
    }

    private void awaitGreeting() throws IOException {
        IOException last = new IOException("Postfix did not answer");
        for (int i = 0; i < 100; i++) {
            try (Socket socket = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                socket.setSoTimeout(10_000);
                if (socket.getInputStream().read() == '2') {
                    return;
                }
            } catch (IOException e) {
                last = e;
            }
        }
        throw last;
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
