package org.postern.intake;

import java.net.InetAddress;

/// A range of addresses in CIDR notation (RFC 4632, section 3.1; RFC 4291, section 2.3).
///
/// @param network its first address
/// @param prefixBits how many bits an address must share with it
record SourceRange(InetAddress network, int prefixBits) {

    /// Reads `192.0.2.0/24`, `2001:db8::/32` or a single address. Host names are not looked up.
    ///
    /// @throws IllegalArgumentException if it is none of these
    static SourceRange parse(String text) {
        int slash = text.indexOf('/');
        InetAddress network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
        int longest = network.getAddress().length * 8;
        int bits = slash < 0 ? longest : Integer.parseInt(text.substring(slash + 1));
        if (bits < 0 || bits > longest) {
            throw new IllegalArgumentException("prefix length out of range");
        }
        return new SourceRange(network, bits);
    }

    boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        int whole = prefixBits / 8;
        for (int i = 0; i < whole; i++) {
            if (ours[i] != theirs[i]) {
                return false;
            }
        }
        int rest = prefixBits % 8;
        return rest == 0 || (ours[whole] ^ theirs[whole]) >> (8 - rest) == 0;
    }
}
