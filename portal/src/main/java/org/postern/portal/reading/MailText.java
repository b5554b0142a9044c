package org.postern.portal.reading;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Plain text with its web addresses found. One pass, whatever the text: hostile input costs no
/// more than its length.
final class MailText {

    private static final int MOST_LINKS = 1000;

    /// A piece of the text.
    ///
    /// @param href where it leads, if it is an address
    public record Piece(String text, Optional<String> href) {}

    private MailText() {}

    static List<Piece> pieces(String text) {
        List<Piece> pieces = new ArrayList<>();
        int plainFrom = 0;
        int links = 0;
        int at = start(text, 0);
        while (at >= 0 && links < MOST_LINKS) {
            int end = end(text, at);
            if (isWord(text, at) || end == afterScheme(text, at)) {
                at = start(text, end);
                continue;
            }
            add(pieces, text.substring(plainFrom, at));
            String address = text.substring(at, end);
            pieces.add(new Piece(address, Optional.of(address)));
            links++;
            plainFrom = end;
            at = start(text, end);
        }
        add(pieces, text.substring(plainFrom));
        return List.copyOf(pieces);
    }

    private static void add(List<Piece> pieces, String text) {
        if (!text.isEmpty()) {
            pieces.add(new Piece(text, Optional.empty()));
        }
    }

    private static int start(String text, int from) {
        int at = text.indexOf("://", from);
        while (at >= 0) {
            if (endsWith(text, from, at, "https")) {
                return at - 5;
            }
            if (endsWith(text, from, at, "http")) {
                return at - 4;
            }
            at = text.indexOf("://", at + 3);
        }
        return -1;
    }

    private static boolean endsWith(String text, int from, int end, String scheme) {
        int begin = end - scheme.length();
        return begin >= from && text.regionMatches(true, begin, scheme, 0, scheme.length());
    }

    /// `xhttp://` is no address.
    private static boolean isWord(String text, int at) {
        return at > 0 && Character.isLetterOrDigit(text.charAt(at - 1));
    }

    private static int afterScheme(String text, int at) {
        return text.indexOf("://", at) + 3;
    }

    /// Where the address ends: at white space or a delimiter (RFC 3986, appendix C), less the
    /// punctuation of the sentence it stands in.
    private static int end(String text, int at) {
        int end = afterScheme(text, at);
        int least = end;
        int open = 0;
        while (end < text.length() && isOfAddress(text.charAt(end))) {
            open += depth(text.charAt(end));
            end++;
        }
        while (end > least && isPunctuation(text.charAt(end - 1), open)) {
            open -= depth(text.charAt(end - 1));
            end--;
        }
        return end;
    }

    private static int depth(char c) {
        return switch (c) {
            case '(' -> 1;
            case ')' -> -1;
            default -> 0;
        };
    }

    private static boolean isOfAddress(char c) {
        return c > ' '
                && c != '<'
                && c != '>'
                && c != '"'
                && !Character.isWhitespace(c)
                && !Character.isISOControl(c);
    }

    private static boolean isPunctuation(char c, int open) {
        return ".,;:!?'*_]}".indexOf(c) >= 0 || (c == ')' && open < 0);
    }
}
