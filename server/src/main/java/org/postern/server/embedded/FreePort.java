package org.postern.server.embedded;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A loopback port for a server of ours: the one it had before if it is still free, since an
/// operator may have written it down; otherwise any.
final class FreePort {

    private FreePort() {}

    static int remembered(Path file) throws IOException {
        try {
            int port = Integer.parseInt(Files.readString(file, StandardCharsets.US_ASCII).strip());
            if (port > 0 && port <= 65535 && isFree(port)) {
                return port;
            }
        } catch (IOException | NumberFormatException e) {
            // none yet, or not readable as one
        }
        return chosen(file);
    }

    /// A free port, remembered in `file`.
    static int chosen(Path file) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = socket.getLocalPort();
            SecretFile.write(file, port + "\n");
            return port;
        }
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
