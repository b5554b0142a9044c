package org.postern.portal.reading;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/// Reads the escapes of a URL (RFC 3986, section 2.1) leniently.
final class PercentDecoder {

    private PercentDecoder() {}

    /// The text meant, or the text itself where the escapes are broken.
    static String decode(String escaped) {
        try {
            return URLDecoder.decode(escaped.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return escaped;
        }
    }
}
