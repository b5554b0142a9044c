package org.postern.notifications.report;

import java.util.Locale;
import java.util.Optional;
import org.postern.db.EmailAddress;

/// An address with its type, as it stands in a report (RFC 3464, section 2.1.2).
///
/// Addresses in other alphabets are written in seven bits (`utf-8-addr-xtext` of RFC 6533, section
/// 3), since then every server can take the report, whatever the address it is about.
final class TypedAddress {

    private static final int LONGEST = 900; // a line has 998 octets, RFC 5322, section 2.1.1
    private static final String UTF8 = "utf-8";

    private TypedAddress() {}

    static String of(EmailAddress address) {
        return address.needsUtf8()
                ? UTF8 + "; " + sevenBits(address.text(), true)
                : "rfc822; " + address.text();
    }

    /// What ORCPT said (RFC 3461, section 4.2), its xtext decoded. Nothing if it cannot stand in a
    /// field.
    static Optional<String> original(String orcpt) {
        int semicolon = orcpt.indexOf(';');
        String type = orcpt.substring(0, semicolon).toLowerCase(Locale.ROOT);
        String address = orcpt.substring(semicolon + 1);
        // RFC 6533, section 3: that type has an encoding of its own, which may be there already
        return (type.equals(UTF8) ? Optional.of(sevenBits(address, false)) : Xtext.decode(address))
                .map(text -> type + "; " + text)
                .filter(text -> text.length() <= LONGEST);
    }

    /// @param plain whether `+`, `=` and `\` stand for themselves
    private static String sevenBits(String address, boolean plain) {
        StringBuilder text = new StringBuilder();
        address.codePoints()
                .forEach(c -> {
                    boolean special = plain && (c == '+' || c == '=' || c == '\\');
                    if (special || c <= ' ' || c >= 0x7F) {
                        text.append(String.format(Locale.ROOT, "\\x{%02X}", c));
                    } else {
                        text.appendCodePoint(c);
                    }
                });
        return text.toString();
    }
}
