package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.regex.Pattern;

/// What a derived key or a signature is for: printable ASCII, so that a zero byte can end it.
final class Purpose {

    private static final Pattern PURPOSE = Pattern.compile("[ -~]{1,64}");

    private Purpose() {}

    static byte[] bytes(String purpose) {
        if (!PURPOSE.matcher(purpose).matches()) {
            throw new IllegalArgumentException("a purpose is 1 to 64 printable ASCII characters");
        }
        return purpose.getBytes(US_ASCII);
    }
}
