package org.postern.intake.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.postern.mail.mime.HeaderField;

/// The header fields that a signature speaks for, canonical (RFC 6376, sections 3.4.1, 3.4.2 and
/// 3.7). Bytes are treated as ISO 8859-1, which leaves each as it is.
final class SignedHeader {

    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
    private static final Pattern LINE_END = Pattern.compile("\\r?\\n");

    private SignedHeader() {}

    /// What was signed: the fields named, the last of a name first, and the signature's own without
    /// its value. A name without a field is signed as nothing, so that none can be added.
    static byte[] of(List<HeaderField> fields, HeaderField own, SignatureField signature) {
        Map<String, Deque<HeaderField>> byName = new HashMap<>();
        for (HeaderField field : fields) {
            if (field != own) {
                byName.computeIfAbsent(
                                field.name().toLowerCase(Locale.ROOT), _ -> new ArrayDeque<>())
                        .push(field);
            }
        }
        StringBuilder signed = new StringBuilder();
        for (String name : signature.signedFields()) {
            Deque<HeaderField> left = byName.get(name);
            if (left != null && !left.isEmpty()) {
                signed.append(canonical(text(left.pop()), signature.relaxedHeader()))
                        .append("\r\n");
            }
        }
        signed.append(canonical(withoutValue(text(own)), signature.relaxedHeader()));
        return signed.toString().getBytes(ISO_8859_1);
    }

    private static String text(HeaderField field) {
        return new String(field.raw(), ISO_8859_1);
    }

    private static String canonical(String field, boolean relaxed) {
        if (!relaxed) {
            return field;
        }
        int colon = field.indexOf(':');
        String name = field.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        String unfolded = LINE_END.matcher(field.substring(colon + 1)).replaceAll("");
        String value = BLANKS.matcher(unfolded).replaceAll(" ");
        int from = value.startsWith(" ") ? 1 : 0;
        int to = value.length() > from && value.endsWith(" ") ? value.length() - 1 : value.length();
        return name + ":" + value.substring(from, to);
    }

    /// `b=` stays, what it says goes.
    private static String withoutValue(String field) {
        int from = field.indexOf(':') + 1;
        while (from <= field.length()) {
            int end = field.indexOf(';', from);
            int to = end < 0 ? field.length() : end;
            int equals = field.indexOf('=', from);
            if (equals >= 0 && equals < to && field.substring(from, equals).strip().equals("b")) {
                return field.substring(0, equals + 1) + field.substring(to);
            }
            from = to + 1;
        }
        return field;
    }
}
