package org.postern.server.cli;

import java.net.InetAddress;

/// A block of addresses such as `10.0.0.0/8` or `2001:db8::/32` (RFC 4632, section 3.1), or one
/// address alone.
public record AddressRange(InetAddress network, int prefixLength) {

    /// Reads `ADDRESS` or `ADDRESS/LENGTH`.
    ///
    /// @throws UsageException if it is neither
    public static AddressRange parse(String text) throws UsageException {
        int slash = text.indexOf('/');
        try {
            var network = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int bits = network.getAddress().length * Byte.SIZE;
            int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            if (length < 0 || length > bits) {
                throw new UsageException("wants an address range such as 10.0.0.0/8");
            }
            return new AddressRange(network, length);
        } catch (IllegalArgumentException e) {
            // of the address or of the number (NumberFormatException)
            throw new UsageException("wants an address range such as 10.0.0.0/8");
        }
    }

    public boolean contains(InetAddress address) {
        byte[] ours = network.getAddress();
        byte[] theirs = address.getAddress();
        if (ours.length != theirs.length) {
            return false;
        }
        for (int bit = 0; bit < prefixLength; bit++) {
            int mask = 0x80 >> (bit % Byte.SIZE);
            if ((ours[bit / Byte.SIZE] & mask) != (theirs[bit / Byte.SIZE] & mask)) {
                return false;
            }
        }
        return true;
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefixLength;
    }
}
