package org.postern.mail.mime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Decodes the encoded words of RFC 2047 once, in one pass.
///
/// mime4j's `DecoderUtil` is not used: it searches the rest of the text anew for every `=?`
/// (quadratic: a megabyte of `=?a=` costs it many seconds), takes any charset the JDK has, and its
/// decoders leave the text in buffers that live as long as the thread, while the intake must forget
/// a subject when the transaction ends. Like mime4j it joins the bytes of neighbouring words before
/// decoding them, since many senders cut characters in two.
final class EncodedWords {

    private static final int LONGEST_CHARSET = 64;

    private static final String BASE64 =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

    private final String text;
    private final StringBuilder out;
    private final ByteArrayOutputStream joined = new ByteArrayOutputStream();
    private @Nullable Charset joinedCharset;
    private int nextEnd;

    private EncodedWords(String text) {
        this.text = text;
        this.out = new StringBuilder(text.length());
        this.nextEnd = text.indexOf("?=");
    }

    static String decode(String text) {
        return text.contains("=?") ? new EncodedWords(text).decode() : text;
    }

    private record Word(Optional<Charset> charset, char encoding, int textStart, int textEnd) {

        int end() {
            return textEnd + 2;
        }
    }

    private String decode() {
        int position = 0;
        boolean afterWord = false;
        while (true) {
            int start = text.indexOf("=?", position);
            if (start < 0) {
                break;
            }
            Optional<Word> found = wordAt(start);
            Optional<Charset> charset = found.flatMap(Word::charset);
            if (found.isEmpty() || charset.isEmpty()) {
                int end = found.map(Word::end).orElse(start + 2);
                flush();
                out.append(text, position, end);
                position = end;
                afterWord = false;
                continue;
            }
            // white space between two encoded words is not displayed (RFC 2047, section 6.2)
            if (!afterWord || !isBlank(position, start)) {
                flush();
                out.append(text, position, start);
            }
            join(charset.get(), found.get());
            position = found.get().end();
            afterWord = true;
        }
        flush();
        return out.append(text, position, text.length()).toString();
    }

    private Optional<Word> wordAt(int start) {
        int charsetStart = start + 2;
        int charsetEnd = charsetStart;
        int limit = Math.min(text.length(), charsetStart + LONGEST_CHARSET);
        while (charsetEnd < limit
                && text.charAt(charsetEnd) > ' '
                && text.charAt(charsetEnd) != '?') {
            charsetEnd++;
        }
        if (charsetEnd == charsetStart || charsetEnd + 2 >= text.length()) {
            return Optional.empty();
        }
        char encoding = Character.toUpperCase(text.charAt(charsetEnd + 1));
        if (text.charAt(charsetEnd) != '?'
                || (encoding != 'B' && encoding != 'Q')
                || text.charAt(charsetEnd + 2) != '?') {
            return Optional.empty();
        }
        int textStart = charsetEnd + 3;
        int textEnd = endAfter(textStart);
        return textEnd < 0
                ? Optional.empty()
                : Optional.of(
                        new Word(
                                MailCharset.named(text.substring(charsetStart, charsetEnd)),
                                encoding,
                                textStart,
                                textEnd));
    }

    /// Words are asked for from left to right, so the last answer holds until it is passed: the
    /// search stays linear.
    private int endAfter(int from) {
        if (nextEnd >= 0 && nextEnd < from) {
            nextEnd = text.indexOf("?=", from);
        }
        return nextEnd;
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (text.charAt(i) != ' ' && text.charAt(i) != '\t') {
                return false;
            }
        }
        return true;
    }

    private void join(Charset charset, Word word) {
        if (!charset.equals(joinedCharset)) {
            flush();
        }
        joinedCharset = charset;
        if (word.encoding() == 'Q') {
            joinQ(word);
        } else {
            joinB(word);
        }
    }

    /// The "Q" encoding of RFC 2047, section 4.2; a malformed escape stays as it is.
    private void joinQ(Word word) {
        for (int i = word.textStart(); i < word.textEnd(); i++) {
            char c = text.charAt(i);
            if (c == '=' && i + 2 < word.textEnd()) {
                int high = Character.digit(text.charAt(i + 1), 16);
                int low = Character.digit(text.charAt(i + 2), 16);
                if (high >= 0 && low >= 0) {
                    joined.write(high << 4 | low);
                    i += 2;
                    continue;
                }
            }
            if (c == '_') {
                joined.write(' ');
            } else if (c < 0x80) {
                joined.write(c);
            } else {
                joined.writeBytes(String.valueOf(c).getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    /// The "B" encoding, as lenient as mime4j: foreign characters are skipped, the first padding
    /// ends it, and no byte is lost because a sender left the padding out.
    private void joinB(Word word) {
        int bits = 0;
        int held = 0;
        for (int i = word.textStart(); i < word.textEnd() && text.charAt(i) != '='; i++) {
            int value = BASE64.indexOf(text.charAt(i));
            if (value < 0) {
                continue;
            }
            held = held << 6 | value;
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                joined.write(held >> bits);
            }
        }
    }

    private void flush() {
        if (joinedCharset != null && joined.size() > 0) {
            out.append(MailCharset.decode(joined.toByteArray(), joinedCharset));
        }
        joined.reset();
        joinedCharset = null;
    }
}
