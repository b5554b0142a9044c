package org.postern.intake;

import java.util.regex.Pattern;

/// `xtext` of RFC 3461, section 4: printable US-ASCII, `+` and `=` as `+XX`.
final class Xtext {

    private static final Pattern XTEXT =
            Pattern.compile("(?:[\\x21-\\x2A\\x2C-\\x3C\\x3E-\\x7E]|\\+[0-9A-F]{2})+");

    private Xtext() {}

    static boolean isValid(String text) {
        return XTEXT.matcher(text).matches();
    }
}
