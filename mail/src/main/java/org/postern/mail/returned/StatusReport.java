package org.postern.mail.returned;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.postern.mail.mime.DecodedPart;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderLimitException;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.IndexBudget;
import org.postern.mail.mime.MimeIndexer;
import org.postern.mail.mime.Part;
import org.postern.mail.mime.PartIndex;

/// What a mail that comes back says of the mail that left (RFC 3464), as far as that concerns its
/// sender. Anybody may have written it: it is read leniently, at a bounded cost, and whatever is no
/// report says nothing. Whose mail it was says the address, never the report.
///
/// @param status three numbers (RFC 3463) beginning with 4 or 5
/// @param diagnostic what the mail server said that had it last
record StatusReport(Kind kind, String status, Optional<String> diagnostic) {

    /// What it says.
    enum Kind {
        /// It did not arrive.
        FAILED,
        /// It has not arrived yet.
        DELAYED,
        /// Nothing that matters: it arrived, or a program answers for somebody who is away (RFC
        /// 3834).
        NOTHING;

        /// The value of the field `Action` (RFC 3464, section 2.3.3).
        private String action() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static final StatusReport NOTHING = new StatusReport(Kind.NOTHING, "", Optional.empty());

    /// Longer ones are cut: a report of one recipient has less than a thousand bytes.
    private static final int MOST_BYTES = 64 << 10;

    private static final int MOST_GROUPS = 100;
    private static final int LONGEST_DIAGNOSTIC = 500;
    private static final Set<String> STATUS_TYPES =
            Set.of("message/delivery-status", "message/global-delivery-status"); // RFC 6533
    private static final Pattern STATUS = Pattern.compile("[45]\\.[0-9]{1,3}\\.[0-9]{1,3}");

    static StatusReport of(byte[] content) {
        try {
            PartIndex index =
                    new MimeIndexer(IndexBudget.DEFAULT).index(new ByteArrayInputStream(content));
            if (!index.root().mediaType().equals("multipart/report")) {
                return NOTHING;
            }
            Optional<Part> fields =
                    index.childrenOf(index.root()).stream()
                            .filter(part -> STATUS_TYPES.contains(part.mediaType()))
                            .findFirst();
            return fields.isPresent() ? worst(groups(bytes(content, fields.get()))) : NOTHING;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // of bytes in memory
        }
    }

    private static byte[] bytes(byte[] content, Part part) throws IOException {
        InputStream raw =
                new ByteArrayInputStream(content, (int) part.bodyOffset(), (int) part.bodyLength());
        try (InputStream decoded = DecodedPart.stream(part, raw)) {
            return decoded.readNBytes(MOST_BYTES);
        }
    }

    /// Groups of fields, an empty line between them (RFC 3464, section 2.1). The first is about the
    /// message, each other one about a recipient: several if a server has passed the mail on.
    private static List<HeaderSection> groups(byte[] fields) {
        List<HeaderSection> groups = new ArrayList<>();
        int at = 0;
        try {
            while (at < fields.length && groups.size() < MOST_GROUPS) {
                HeaderSection group =
                        HeaderSection.parse(Arrays.copyOfRange(fields, at, fields.length));
                groups.add(group);
                at += Math.max(group.length(), 1);
            }
        } catch (HeaderLimitException e) {
            return groups; // what came before it counts
        }
        return groups;
    }

    private static StatusReport worst(List<HeaderSection> groups) {
        for (Kind kind : List.of(Kind.FAILED, Kind.DELAYED)) {
            for (HeaderSection group : groups) {
                if (value(group, "Action").toLowerCase(Locale.ROOT).equals(kind.action())) {
                    return new StatusReport(kind, status(kind, group), diagnostic(group));
                }
            }
        }
        return NOTHING;
    }

    private static String status(Kind kind, HeaderSection group) {
        String first = value(group, "Status").split("[ (]", 2)[0];
        if (STATUS.matcher(first).matches()) {
            return first;
        }
        return kind == Kind.FAILED ? "5.0.0" : "4.0.0";
    }

    /// Without its type, which is `smtp` (RFC 3464, section 2.3.6).
    private static Optional<String> diagnostic(HeaderSection group) {
        String value = value(group, "Diagnostic-Code");
        String said = value.substring(value.indexOf(';') + 1).strip();
        return Optional.of(said.substring(0, Math.min(said.length(), LONGEST_DIAGNOSTIC)))
                .filter(text -> !text.isEmpty());
    }

    private static String value(HeaderSection group, String name) {
        return group.first(name).map(HeaderField::value).map(String::strip).orElse("");
    }

    @Override
    public String toString() {
        return "StatusReport[" + kind + " " + status + "]";
    }
}
