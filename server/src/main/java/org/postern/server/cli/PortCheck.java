package org.postern.server.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Locale;
import java.util.Map;

/// Tries every port before anything is started, by really opening it, so that the sentence names
/// the option to change.
final class PortCheck {

    private static final int FIRST_UNPRIVILEGED = 1024;

    private PortCheck() {}

    static void requireFree(InetAddress bind, Map<Option, Integer> ports)
            throws CommandFailedException {
        for (Map.Entry<Option, Integer> port : ports.entrySet()) {
            if (port.getValue() != 0) {
                requireFree(bind, port.getValue(), port.getKey().name());
            }
        }
    }

    private static void requireFree(InetAddress bind, int port, String option)
            throws CommandFailedException {
        try (var socket = new ServerSocket()) {
            // a port that only waits out its last connections (TIME_WAIT) is free
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(bind, port));
        } catch (IOException e) {
            throw new CommandFailedException(sentence(bind, port, option, e), e);
        }
    }

    private static String sentence(InetAddress bind, int port, String option, IOException e) {
        String reason = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        if (reason.contains("cannot assign") || reason.contains("can't assign")) {
            return bind.getHostAddress()
                    + " (--bind) is not an address of this machine. Choose another with --bind.";
        }
        if (reason.contains("permission") && port < FIRST_UNPRIVILEGED) {
            return "port "
                    + port
                    + " ("
                    + option
                    + ") may not be opened by this user. Choose one from 1024 with "
                    + option
                    + ".";
        }
        return "port "
                + port
                + " ("
                + option
                + ") is in use by another program. Stop it or choose another with "
                + option
                + ".";
    }
}
