package org.postern.mail.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeMap;

/// A field value with parameters (RFC 2045, section 5.1), split as mime4j's `RawFieldParser` splits
/// it, in one pass.
///
/// mime4j's parser decodes encoded words inside quoted strings with its quadratic decoder, and its
/// RFC 2231 mapping takes `+` for a blank and segments in the order they come; hence our own. The
/// corpus shows that both read the same structure.
record FieldParameters(String value, List<Parameter> parameters) {

    /// So many parameters are read, and so many segments of one (RFC 2231, section 3); real mail
    /// has a handful.
    static final int MOST_PARAMETERS = 1_000;

    static final int MOST_SEGMENTS = 100;

    /// @param name lower case
    /// @param value without quotes, encoded words of quoted strings decoded
    record Parameter(String name, String value) {}

    static FieldParameters parse(String field) {
        return new Parser(field).parse();
    }

    /// The last parameter of this very name, as mime4j has it.
    Optional<String> last(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .reduce((first, second) -> second)
                .map(Parameter::value);
    }

    /// The value in whichever form it was written: `name*` (RFC 2231, section 4), `name*0`…
    /// (section 3), or plain.
    Optional<String> decoded(String name) {
        return first(name + "*")
                .map(FieldParameters::extended)
                .or(() -> continued(name))
                .or(() -> plain(name));
    }

    private Optional<String> first(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.name().equals(name))
                .map(Parameter::value)
                .findFirst();
    }

    private Optional<String> plain(String name) {
        return first(name).map(EncodedWords::decode);
    }

    private static String extended(String value) {
        var bytes = new ByteArrayOutputStream();
        percentDecode(afterLanguage(value), bytes);
        return text(bytes, charset(value));
    }

    private record Segment(String value, boolean encoded) {}

    private Optional<String> continued(String name) {
        var segments = new TreeMap<Integer, Segment>();
        for (Parameter parameter : parameters) {
            if (parameter.name().startsWith(name + "*")) {
                String rest = parameter.name().substring(name.length() + 1);
                boolean encoded = rest.endsWith("*");
                segmentNumber(encoded ? rest.substring(0, rest.length() - 1) : rest)
                        .ifPresent(number ->
                                segments.putIfAbsent(
                                        number, new Segment(parameter.value(), encoded)));
            }
        }
        Segment opening = segments.get(0);
        if (opening == null) {
            return Optional.empty();
        }
        Optional<Charset> charset = opening.encoded() ? charset(opening.value()) : Optional.empty();
        var bytes = new ByteArrayOutputStream();
        for (int number = 0; segments.containsKey(number); number++) {
            Segment segment = segments.get(number);
            if (segment.encoded()) {
                percentDecode(
                        number == 0 ? afterLanguage(segment.value()) : segment.value(), bytes);
            } else {
                bytes.writeBytes(segment.value().getBytes(charset.orElse(StandardCharsets.UTF_8)));
            }
        }
        return Optional.of(text(bytes, charset));
    }

    private static Optional<Integer> segmentNumber(String digits) {
        if (digits.isEmpty()
                || digits.length() > 2
                || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Optional.empty(); // 99 is the last of MOST_SEGMENTS
        }
        return Optional.of(Integer.valueOf(digits));
    }

    private static Optional<Charset> charset(String value) {
        int end = value.indexOf('\'');
        return end < 0 ? Optional.empty() : MailCharset.named(value.substring(0, end));
    }

    private static String afterLanguage(String value) {
        int charsetEnd = value.indexOf('\'');
        int languageEnd = charsetEnd < 0 ? -1 : value.indexOf('\'', charsetEnd + 1);
        return value.substring(languageEnd + 1);
    }

    private static void percentDecode(String value, ByteArrayOutputStream bytes) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '%' && i + 2 < value.length()) {
                int high = Character.digit(value.charAt(i + 1), 16);
                int low = Character.digit(value.charAt(i + 2), 16);
                if (high >= 0 && low >= 0) {
                    bytes.write(high << 4 | low);
                    i += 2;
                    continue;
                }
            }
            if (c < 0x80) {
                bytes.write(c);
            } else {
                bytes.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private static String text(ByteArrayOutputStream bytes, Optional<Charset> charset) {
        return charset.map(named -> MailCharset.decode(bytes.toByteArray(), named))
                .orElseGet(() -> MailCharset.guess(bytes.toByteArray()));
    }

    private static final class Parser {

        private final String field;
        private int position;

        Parser(String field) {
            this.field = field;
        }

        FieldParameters parse() {
            String value = token(";");
            var parameters = new ArrayList<Parameter>();
            position++;
            while (position < field.length() && parameters.size() < MOST_PARAMETERS) {
                String name = token("=;");
                if (position < field.length() && field.charAt(position++) == '=') {
                    parameters.add(new Parameter(name.toLowerCase(Locale.ROOT), value()));
                    position++;
                }
            }
            return new FieldParameters(value, List.copyOf(parameters));
        }

        /// Words without comments, with one blank where there was white space.
        private String token(String delimiters) {
            var out = new StringBuilder();
            boolean blank = false;
            while (position < field.length() && delimiters.indexOf(field.charAt(position)) < 0) {
                char c = field.charAt(position);
                if (isBlank(c)) {
                    blank = true;
                    position++;
                } else if (c == '(') {
                    skipComment();
                } else {
                    if (blank && !out.isEmpty()) {
                        out.append(' ');
                    }
                    blank = false;
                    out.append(c);
                    position++;
                }
            }
            return out.toString();
        }

        private String value() {
            var out = new StringBuilder();
            boolean blank = false;
            while (position < field.length() && field.charAt(position) != ';') {
                char c = field.charAt(position);
                if (isBlank(c)) {
                    blank = true;
                    position++;
                } else if (c == '(') {
                    skipComment();
                } else {
                    if (blank && !out.isEmpty()) {
                        out.append(' ');
                    }
                    blank = false;
                    if (c == '"') {
                        out.append(quoted());
                    } else {
                        out.append(c);
                        position++;
                    }
                }
            }
            return out.toString();
        }

        /// A backslash before anything but a quote or a backslash stays: `filename="C:\temp\a.txt"`
        /// is common.
        private String quoted() {
            var out = new StringBuilder();
            position++;
            while (position < field.length()) {
                char c = field.charAt(position++);
                if (c == '"') {
                    break;
                }
                if (c == '\\' && position < field.length()) {
                    char escaped = field.charAt(position++);
                    if (escaped != '"' && escaped != '\\') {
                        out.append('\\');
                    }
                    out.append(escaped);
                } else if (c != '\\') {
                    out.append(c);
                }
            }
            String text = out.toString();
            return text.startsWith("=?") ? EncodedWords.decode(text) : text;
        }

        private void skipComment() {
            int depth = 0;
            while (position < field.length()) {
                char c = field.charAt(position++);
                if (c == '\\') {
                    position++;
                } else if (c == '(') {
                    depth++;
                } else if (c == ')' && --depth == 0) {
                    return;
                }
            }
            position = field.length();
        }

        private static boolean isBlank(char c) {
            return c == ' ' || c == '\t' || c == '\r' || c == '\n';
        }
    }
}
