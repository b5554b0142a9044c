package org.postern.notifications.dkim;

import java.util.regex.Pattern;
import org.postern.crypto.DkimKey;

/// A key, the domain that it signs for, and under which name the domain publishes it: the record is
/// at `selector._domainkey.domain` (RFC 6376, section 3.6.2.1).
public record DkimIdentity(String domain, String selector, DkimKey key) {

    /// Labels of letters, digits and hyphens, in lower case.
    private static final Pattern NAME =
            Pattern.compile("[a-z0-9_]+(?:-+[a-z0-9_]+)*(?:\\.[a-z0-9_]+(?:-+[a-z0-9_]+)*)*");

    public DkimIdentity {
        if (!isName(domain) || !isName(selector)) {
            throw new IllegalArgumentException("domain and selector are names, in lower case");
        }
    }

    /// Whether this can be a domain or a selector.
    public static boolean isName(String text) {
        return text.length() <= 253 && NAME.matcher(text).matches();
    }

    /// Where the record is published.
    public String recordName() {
        return selector + "._domainkey." + domain;
    }
}
