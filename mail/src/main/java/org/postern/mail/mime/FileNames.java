package org.postern.mail.mime;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Makes a sender's file name harmless to whoever saves the file (RFC 2183, section 2.3).
final class FileNames {

    static final int LONGEST = 200;

    private static final int LONGEST_RAW = 4_096;
    private static final int LONGEST_EXTENSION = 20;

    /// Names that Windows opens as devices, whatever extension follows.
    private static final Set<String> DEVICES =
            Set.of(
                    "con", "prn", "aux", "nul", "conin$", "conout$", "clock$", "com0", "com1",
                    "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt0", "lpt1",
                    "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "com¹", "com²",
                    "com³", "lpt¹", "lpt²", "lpt³");

    private FileNames() {}

    /// The name that is left, or nothing if nothing is.
    static Optional<String> clean(String written) {
        String name = DisplayText.cut(written, LONGEST_RAW);
        name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        name = withoutEdges(shorten(withoutEdges(DisplayText.nfc(harmless(name)))));
        if (name.isEmpty()) {
            return Optional.empty();
        }
        int dot = name.indexOf('.');
        String stem = (dot < 0 ? name : name.substring(0, dot)).strip().toLowerCase(Locale.ROOT);
        return Optional.of(DEVICES.contains(stem) ? "_" + name : name);
    }

    private static String harmless(String name) {
        var out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if ("<>:\"|?*".indexOf(c) >= 0) {
                out.append('_');
            } else if (c == '\t') {
                out.append(' ');
            } else if (!isInvisible(c) && !DisplayText.isLoneSurrogate(name, i)) {
                out.append(c);
            }
        }
        return out.toString();
    }

    /// Control and format characters, bidi controls and zero-width ones among them:
    /// `photo\u202egpj.exe` is no picture.
    private static boolean isInvisible(char c) {
        return Character.isISOControl(c)
                || Character.getType(c) == Character.FORMAT
                || DisplayText.isBidiControl(c)
                || c == '\u2028'
                || c == '\u2029';
    }

    /// Windows drops trailing dots and blanks, and so would show another extension than the one it
    /// runs.
    private static String withoutEdges(String name) {
        int from = 0;
        int to = name.length();
        while (from < to && isBlank(name.charAt(from))) {
            from++;
        }
        while (to > from && (isBlank(name.charAt(to - 1)) || name.charAt(to - 1) == '.')) {
            to--;
        }
        return name.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return Character.isWhitespace(c) || Character.isSpaceChar(c);
    }

    /// The extension says what the file is, so it stays. One character is left for the underscore
    /// of a device.
    private static String shorten(String name) {
        if (name.length() < LONGEST) {
            return name;
        }
        int dot = name.lastIndexOf('.');
        String extension =
                dot >= 0 && name.length() - dot <= LONGEST_EXTENSION ? name.substring(dot) : "";
        return DisplayText.cut(name, LONGEST - 1 - extension.length()) + extension;
    }
}
