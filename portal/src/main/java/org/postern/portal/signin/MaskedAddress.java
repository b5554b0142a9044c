package org.postern.portal.signin;

import org.postern.db.EmailAddress;

/// An address that its owner recognises and a stranger cannot use.
final class MaskedAddress {

    private static final String HIDDEN = "•••";

    private MaskedAddress() {}

    /// `p•••t@example.org`; of short names only the first letter is left.
    static String of(EmailAddress address) {
        String name = address.localPart();
        int first = name.offsetByCodePoints(0, 1);
        int last = name.offsetByCodePoints(name.length(), -1);
        String end = name.codePointCount(0, name.length()) > 3 ? name.substring(last) : "";
        return name.substring(0, first) + HIDDEN + end + "@" + address.domain();
    }
}
