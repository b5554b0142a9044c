package org.postern.db;

import java.net.IDN;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Locale;
import java.util.regex.Pattern;

/// An address that mail can be sent to: `local-part@domain` (RFC 5321, section 4.1.2; RFC 6531 for
/// other alphabets).
///
/// The local part is kept as written (RFC 5321, section 2.4); the domain is kept as an A-label in
/// lower case. Its text is personal: it prints as nothing.
///
/// @param localPart at most 64 octets, dot-string or quoted-string
/// @param domain at most 255 octets, lower case, A-labels, or an address literal in brackets; with
///   local part and @ at most 254
public record EmailAddress(String localPart, String domain) {

    private static final int MAX_LOCAL_PART_OCTETS = 64; // RFC 5321, section 4.5.3.1.1
    private static final int MAX_DOMAIN_OCTETS = 255; // RFC 5321, section 4.5.3.1.2
    // RFC 5321, section 4.5.3.1.3: 256 for a path, of which two are its brackets
    private static final int MAX_OCTETS = 254;
    // RFC 6531, section 3.3, without what RFC 5198, section 2 bars: control characters, and halves
    // of characters, which would be written as "?" and so name somebody else
    private static final String OTHER_ALPHABETS = "[^\\x00-\\x9F\\p{Cs}]";
    // atext of RFC 5322, section 3.2.3, widened
    private static final String ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-" + OTHER_ALPHABETS + "]";
    private static final Pattern DOT_STRING = Pattern.compile(ATEXT + "++(?:\\." + ATEXT + "++)*+");
    private static final Pattern QUOTED_STRING =
            Pattern.compile(
                    "\"(?:[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E"
                            + OTHER_ALPHABETS
                            + "]|\\\\[\\x20-\\x7E])*+\"");
    private static final Pattern LABELS =
            Pattern.compile(
                    "[a-z0-9_](?:[a-z0-9_-]*+(?<!-))?+(?:\\.[a-z0-9_](?:[a-z0-9_-]*+(?<!-))?+)*+");
    private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
    // RFC 5321, section 4.1.3; IPv6 is the only tag ever registered
    private static final Pattern LITERAL =
            Pattern.compile(
                    "\\[(?:"
                            + OCTET
                            + "(?:\\."
                            + OCTET
                            + "){3}|[Ii][Pp][Vv]6:[0-9A-Fa-f:.]{2,45})\\]");
    // What IDNA2003, which java.net.IDN is, takes for other characters, and IDNA2008 for
    // themselves (UTS #46, section 7): sharp s, final sigma, joiners. Such a domain would be
    // somebody else's.
    private static final Pattern AMBIGUOUS =
            Pattern.compile("[\\u00DF\\u1E9E\\u03C2\\u200C\\u200D]");

    /// Reads `local-part@domain` without angle brackets.
    ///
    /// @throws MalformedAddressException if the text is not exactly one address
    public static EmailAddress parse(String text) throws MalformedAddressException {
        int at = text.lastIndexOf('@');
        if (at < 1) {
            throw new MalformedAddressException("no local part and domain");
        }
        String localPart = text.substring(0, at);
        if (!DOT_STRING.matcher(localPart).matches()
                && !QUOTED_STRING.matcher(localPart).matches()) {
            throw new MalformedAddressException("malformed local part");
        }
        if (localPart.getBytes(StandardCharsets.UTF_8).length > MAX_LOCAL_PART_OCTETS) {
            throw new MalformedAddressException("local part longer than 64 octets");
        }
        EmailAddress address = new EmailAddress(localPart, domain(text.substring(at + 1)));
        if (address.text().getBytes(StandardCharsets.UTF_8).length > MAX_OCTETS) {
            throw new MalformedAddressException("longer than 254 octets");
        }
        return address;
    }

    /// The domain as it is compared: A-labels in lower case.
    ///
    /// @throws MalformedAddressException if the text is no domain name or address literal, or has a
    ///   character that two versions of IDNA read differently: it can be written as an A-label
    public static String domain(String text) throws MalformedAddressException {
        if (LITERAL.matcher(text).matches()) {
            return text.toLowerCase(Locale.ROOT);
        }
        if (AMBIGUOUS.matcher(text).find()) {
            throw new MalformedAddressException("ambiguous domain");
        }
        String ascii;
        try {
            ascii =
                    IDN.toASCII(Normalizer.normalize(text, Normalizer.Form.NFC))
                            .toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException e) {
            throw new MalformedAddressException("malformed domain");
        }
        if (ascii.length() > MAX_DOMAIN_OCTETS || !LABELS.matcher(ascii).matches()) {
            throw new MalformedAddressException("malformed domain");
        }
        return ascii;
    }

    /// The text two spellings of one mailbox share: NFC, local part in lower case, domain as
    /// A-label; dots and plus signs stay. Look-ups by HMAC use this form.
    public String normalForm() {
        String composed = Normalizer.normalize(localPart, Normalizer.Form.NFC);
        // Again, since some letters are composed in lower case only: J with caron.
        return Normalizer.normalize(composed.toLowerCase(Locale.ROOT), Normalizer.Form.NFC)
                + "@"
                + domain;
    }

    /// The address as mail is sent to it: `local-part@domain`.
    public String text() {
        return localPart + "@" + domain;
    }

    /// The address meant by one that a gateway rewrote to route it here: `user@there.SUFFIX` means
    /// `user@there`. An address without the suffix is meant as it stands.
    ///
    /// @param suffix a domain in lower case
    public EmailAddress withoutSuffix(String suffix) {
        return domain.endsWith("." + suffix)
                ? new EmailAddress(
                        localPart, domain.substring(0, domain.length() - suffix.length() - 1))
                : this;
    }

    /// Whether RFC 6531 (SMTPUTF8) is needed to send to it.
    public boolean needsUtf8() {
        return !localPart.chars().allMatch(c -> c < 0x80);
    }

    @Override
    public String toString() {
        return "EmailAddress[redacted]";
    }
}
