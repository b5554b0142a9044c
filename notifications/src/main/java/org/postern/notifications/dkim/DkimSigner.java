package org.postern.notifications.dkim;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/// Signs mail for the domains of which there is a key, once with each. Thread-safe.
///
/// Of every field that a reader is shown, or that says what kind of mail it is, one more is signed
/// than there are: whoever passes the mail on can neither change nor add one (RFC 6376, section
/// 8.15).
public final class DkimSigner {

    private static final List<String> SIGNED =
            List.of(
                    "from",
                    "reply-to",
                    "to",
                    "subject",
                    "date",
                    "message-id",
                    "mime-version",
                    "content-type",
                    "auto-submitted");

    private static final int LINE = 70;

    private final List<DkimIdentity> identities;
    private final Clock clock;

    public DkimSigner(List<DkimIdentity> identities, Clock clock) {
        this.identities = List.copyOf(identities);
        this.clock = clock;
    }

    /// Puts a signature before the content for each key of the author's domain.
    ///
    /// @param domain of the From field
    /// @param content complete, lines ending in CRLF, in seven bits or with 8BITMIME all the way
    public byte[] sign(String domain, byte[] content) {
        List<DkimIdentity> own =
                identities.stream()
                        .filter(each -> each.domain().equals(domain.toLowerCase(Locale.ROOT)))
                        .toList();
        if (own.isEmpty()) {
            return content;
        }
        Canonical canonical = new Canonical(content);
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        own.forEach(each -> signed.writeBytes(field(each, canonical).getBytes(US_ASCII)));
        signed.writeBytes(content);
        return signed.toByteArray();
    }

    /// RFC 6376, section 3.5.
    private String field(DkimIdentity identity, Canonical canonical) {
        List<String> names = new ArrayList<>();
        SIGNED.forEach(name -> names.addAll(Collections.nCopies(canonical.count(name) + 1, name)));
        String own =
                """
                DKIM-Signature: v=1; a=%s-sha256; c=relaxed/relaxed; d=%s;
                 s=%s; t=%d;
                 h=%s;
                 bh=%s;
                 b=\
                """
                        .formatted(
                                identity.key().algorithm().word(),
                                identity.domain(),
                                identity.selector(),
                                clock.instant().getEpochSecond(),
                                String.join(":\n ", lines(names)),
                                base64(canonical.bodyHash()))
                        .replace("\n", "\r\n");
        return own + folded(base64(identity.key().sign(canonical.header(names, own)))) + "\r\n";
    }

    private static List<String> lines(List<String> names) {
        List<String> lines = new ArrayList<>();
        for (String name : names) {
            String last = lines.isEmpty() ? "" : lines.getLast();
            if (last.isEmpty() || last.length() + name.length() > LINE) {
                lines.add(name);
            } else {
                lines.set(lines.size() - 1, last + ":" + name);
            }
        }
        return lines;
    }

    private static String folded(String base64) {
        StringBuilder lines = new StringBuilder();
        for (int from = 0; from < base64.length(); from += LINE) {
            lines.append(from == 0 ? "" : "\r\n ")
                    .append(base64, from, Math.min(base64.length(), from + LINE));
        }
        return lines.toString();
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }
}
