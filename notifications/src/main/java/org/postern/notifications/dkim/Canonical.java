package org.postern.notifications.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.postern.crypto.sealed.Mac256;

/// A message in the form in which it is signed: `relaxed/relaxed` (RFC 6376, section 3.4). Bytes
/// are treated as ISO 8859-1, which leaves each as it is.
final class Canonical {

    private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
    private static final Pattern LINE_END = Pattern.compile("\r\n");
    private static final Pattern BLANKS_AT_END = Pattern.compile("[ \\t]+(?=\r\n)");
    private static final Pattern EMPTY_AT_END = Pattern.compile("(?:\r\n)+\\z");
    private static final Pattern FIELD = Pattern.compile("\r\n(?![ \\t])");

    private final Map<String, Deque<String>> fields = new HashMap<>();
    private final String body;

    /// @param content complete, lines ending in CRLF
    Canonical(byte[] content) {
        String text = new String(content, ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        for (String field : FIELD.split(text.substring(0, end), -1)) {
            String name = field.substring(0, field.indexOf(':')).strip().toLowerCase(Locale.ROOT);
            fields.computeIfAbsent(name, _ -> new ArrayDeque<>()).push(field);
        }
        body = text.substring(end + 4);
    }

    /// SHA-256 of the body (RFC 6376, section 3.4.4).
    byte[] bodyHash() {
        String lines = BLANKS_AT_END.matcher(body).replaceAll("");
        String canonical =
                EMPTY_AT_END.matcher(BLANKS.matcher(lines).replaceAll(" ")).replaceAll("");
        return Mac256.sha256((canonical.isEmpty() ? "" : canonical + "\r\n").getBytes(ISO_8859_1))
                .toBytes();
    }

    /// How many fields of this name there are.
    int count(String name) {
        return fields.getOrDefault(name, new ArrayDeque<>()).size();
    }

    /// What is signed: the fields named, the last of a name first; a name without a field is signed
    /// as nothing, so that none can be added (RFC 6376, section 5.4.2). Then the signature's own
    /// field, which has no value yet.
    byte[] header(List<String> names, String own) {
        Map<String, Deque<String>> left = new HashMap<>();
        fields.forEach((name, all) -> left.put(name, new ArrayDeque<>(all)));
        StringBuilder signed = new StringBuilder();
        for (String name : names) {
            Deque<String> these = left.get(name);
            if (these != null && !these.isEmpty()) {
                signed.append(relaxed(these.pop())).append("\r\n");
            }
        }
        return signed.append(relaxed(own)).toString().getBytes(ISO_8859_1);
    }

    /// RFC 6376, section 3.4.2.
    private static String relaxed(String field) {
        int colon = field.indexOf(':');
        String name = field.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        String unfolded = LINE_END.matcher(field.substring(colon + 1)).replaceAll("");
        String value = BLANKS.matcher(unfolded).replaceAll(" ");
        int from = value.startsWith(" ") ? 1 : 0;
        int to = value.length() > from && value.endsWith(" ") ? value.length() - 1 : value.length();
        return name + ":" + value.substring(from, to);
    }
}
