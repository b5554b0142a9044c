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
/// @param domain at most 255 octets, lower case, A-labels, or an address literal in brackets
public record EmailAddress(String localPart, String domain) {

    private static final int MAX_LOCAL_PART_OCTETS = 64; // RFC 5321, section 4.5.3.1.1
    private static final int MAX_DOMAIN_OCTETS = 255; // RFC 5321, section 4.5.3.1.2
    // atext of RFC 5322, section 3.2.3, widened by RFC 6531, section 3.3
    private static final String ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\-[^\\x00-\\x7F]]";
    private static final Pattern DOT_STRING = Pattern.compile(ATEXT + "++(?:\\." + ATEXT + "++)*+");
    private static final Pattern QUOTED_STRING =
            Pattern.compile(
                    "\"(?:[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E[^\\x00-\\x7F]]|\\\\[\\x20-\\x7E])*+\"");
    private static final Pattern LABELS =
            Pattern.compile(
                    "[a-z0-9_](?:[a-z0-9_-]*+(?<!-))?+(?:\\.[a-z0-9_](?:[a-z0-9_-]*+(?<!-))?+)*+");
    private static final Pattern LITERAL = Pattern.compile("\\[[A-Za-z0-9:.-]++\\]");

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
        return new EmailAddress(localPart, domain(text.substring(at + 1)));
    }

    /// The domain as it is compared: A-labels in lower case.
    ///
    /// @throws MalformedAddressException if the text is no domain name or address literal
    public static String domain(String text) throws MalformedAddressException {
        if (LITERAL.matcher(text).matches() && text.length() <= MAX_DOMAIN_OCTETS) {
            return text.toLowerCase(Locale.ROOT);
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
        return Normalizer.normalize(localPart, Normalizer.Form.NFC).toLowerCase(Locale.ROOT)
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
