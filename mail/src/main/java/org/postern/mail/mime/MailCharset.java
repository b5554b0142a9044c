package org.postern.mail.mime;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.StandardCharsets;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The charsets that mail is written in. Whatever is not here is shown undecoded: UTF-7 and its
/// like exist to smuggle markup past whoever looks at bytes.
final class MailCharset {

    static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    private static final int LONGEST_NAME = 40;

    /// Canonical names of the JDK, all registered with IANA or in wide use by mail clients.
    private static final Set<String> ALLOWED =
            Set.of(
                    "UTF-8",
                    "US-ASCII",
                    "ISO-8859-1",
                    "ISO-8859-2",
                    "ISO-8859-3",
                    "ISO-8859-4",
                    "ISO-8859-5",
                    "ISO-8859-6",
                    "ISO-8859-7",
                    "ISO-8859-8",
                    "ISO-8859-9",
                    "ISO-8859-13",
                    "ISO-8859-15",
                    "ISO-8859-16",
                    "windows-1250",
                    "windows-1251",
                    "windows-1252",
                    "windows-1253",
                    "windows-1254",
                    "windows-1255",
                    "windows-1256",
                    "windows-1257",
                    "windows-1258",
                    "KOI8-R",
                    "KOI8-U",
                    "ISO-2022-JP",
                    "Shift_JIS",
                    "windows-31j",
                    "EUC-JP",
                    "GB2312",
                    "GBK",
                    "GB18030",
                    "Big5",
                    "Big5-HKSCS",
                    "EUC-KR",
                    "x-windows-949",
                    "ISO-2022-KR",
                    "TIS-620",
                    "x-windows-874",
                    "IBM437",
                    "IBM850",
                    "IBM852",
                    "IBM866",
                    "UTF-16",
                    "UTF-16BE",
                    "UTF-16LE");

    /// Senders that announce the smaller set write the larger one (WHATWG Encoding, section 4.2).
    private static final Map<String, String> WIDENED =
            Map.of(
                    "ISO-8859-1", "windows-1252",
                    "GB2312", "GB18030",
                    "GBK", "GB18030",
                    "EUC-KR", "x-windows-949",
                    "Shift_JIS", "windows-31j",
                    "ISO-8859-9", "windows-1254");

    private MailCharset() {}

    /// The charset to decode with, or nothing if it is unknown or not allowed. A language tag (RFC
    /// 2231, section 5) is ignored.
    static Optional<Charset> named(String name) {
        int language = name.indexOf('*');
        String bare = (language < 0 ? name : name.substring(0, language)).strip();
        if (bare.isEmpty() || bare.length() > LONGEST_NAME) {
            return Optional.empty();
        }
        try {
            String canonical = Charset.forName(bare.toLowerCase(Locale.ROOT)).name();
            return ALLOWED.contains(canonical)
                    ? Optional.of(Charset.forName(WIDENED.getOrDefault(canonical, canonical)))
                    : Optional.empty();
        } catch (IllegalCharsetNameException | UnsupportedCharsetException unknown) {
            return Optional.empty();
        }
    }

    /// Decodes bytes of a named charset; 8-bit bytes that call themselves US-ASCII are taken for
    /// what they most likely are.
    static String decode(byte[] bytes, Charset charset) {
        return charset.equals(StandardCharsets.US_ASCII)
                ? guess(bytes)
                : new String(bytes, charset);
    }

    /// UTF-8 where the bytes are that, windows-1252 where they are not: text that is not UTF-8
    /// hardly ever looks like it.
    static String guess(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException notUtf8) {
            return new String(bytes, WINDOWS_1252);
        }
    }
}
