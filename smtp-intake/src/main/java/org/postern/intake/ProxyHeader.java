package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a load balancer says about a connection before it passes the client's first byte on: the
/// PROXY protocol, versions 1 and 2 (HAProxy, doc/proxy-protocol.txt). Not a byte behind it is
/// read.
final class ProxyHeader {

    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };
    private static final int LONGEST_LINE = 107; // section 2.1
    private static final int MOST_BYTES =
            4 * 1024; // addresses and what else it tells (section 2.2)
    private static final Pattern LINE =
            Pattern.compile(
                    "PROXY (?:UNKNOWN(?: .*)?|(TCP4|TCP6) ([0-9A-Fa-f.:]{2,45})"
                            + " [0-9A-Fa-f.:]{2,45} [0-9]{1,5} [0-9]{1,5})\r\n");

    private ProxyHeader() {}

    /// The client's address; empty if the balancer speaks for itself, as it does to see whether we
    /// live.
    ///
    /// @throws IOException if there is no such header: whoever is to send one and does not is not
    ///   listened to
    static Optional<InetAddress> read(InputStream in) throws IOException {
        byte[] begin = in.readNBytes(SIGNATURE.length);
        if (Arrays.equals(begin, SIGNATURE)) {
            return binary(new DataInputStream(in));
        }
        return line(begin, in);
    }

    /// Version 1: one line.
    private static Optional<InetAddress> line(byte[] begin, InputStream in) throws IOException {
        StringBuilder line = new StringBuilder(new String(begin, US_ASCII));
        while (line.length() < LONGEST_LINE && !line.toString().endsWith("\r\n")) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("no PROXY header");
            }
            line.append((char) c);
        }
        Matcher parts = LINE.matcher(line);
        if (!parts.matches()) {
            throw new IOException("no PROXY header");
        }
        return parts.group(1) == null ? Optional.empty() : Optional.of(address(parts));
    }

    private static InetAddress address(Matcher parts) throws IOException {
        try {
            InetAddress address = InetAddress.ofLiteral(parts.group(2));
            boolean four = parts.group(1).equals("TCP4");
            if (four == (address.getAddress().length == 4) || !four) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("malformed PROXY header", e);
        }
        throw new IOException("malformed PROXY header");
    }

    /// Version 2: command, family, length, addresses and more that we do not need.
    private static Optional<InetAddress> binary(DataInputStream in) throws IOException {
        int command = in.readUnsignedByte();
        int family = in.readUnsignedByte();
        int length = in.readUnsignedShort();
        if (length > MOST_BYTES) {
            throw new IOException("PROXY header too long");
        }
        byte[] rest = in.readNBytes(length);
        if (rest.length < length || command >> 4 != 2) {
            throw new IOException("malformed PROXY header");
        }
        return switch (command & 0x0F) {
            case 0 -> Optional.empty(); // LOCAL
            case 1 -> addressOf(family, rest);
            default -> throw new IOException("malformed PROXY header");
        };
    }

    private static Optional<InetAddress> addressOf(int family, byte[] rest) throws IOException {
        int bytes =
                switch (family) {
                    case 0x11 -> 4; // TCP over IPv4
                    case 0x21 -> 16; // TCP over IPv6
                    case 0x00 -> 0; // not said
                    default -> throw new IOException("PROXY header of another protocol");
                };
        if (rest.length < 2 * bytes + (bytes == 0 ? 0 : 4)) {
            throw new IOException("malformed PROXY header");
        }
        return bytes == 0
                ? Optional.empty()
                : Optional.of(InetAddress.getByAddress(Arrays.copyOf(rest, bytes)));
    }
}
