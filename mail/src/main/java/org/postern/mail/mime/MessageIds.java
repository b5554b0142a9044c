package org.postern.mail.mime;

import java.util.ArrayDeque;
import java.util.List;

/// Reads msg-ids (RFC 5322, section 3.6.4) as others write them, always with their angle brackets.
final class MessageIds {

    /// A thread of more than this is found by its first message and its latest ones all the same.
    static final int MOST = 100;

    private static final int LONGEST = 998; // one line: RFC 5322, section 2.1.1

    private MessageIds() {}

    /// The first id and the last 99: RFC 5322 has readers shorten References in the middle.
    static List<String> parse(String value) {
        var ids = new ArrayDeque<String>();
        int position = 0;
        while (true) {
            int open = value.indexOf('<', position);
            int close = open < 0 ? -1 : value.indexOf('>', open);
            if (close < 0) {
                break;
            }
            add(ids, withoutBlanks(value, open, close + 1));
            position = close + 1;
        }
        if (ids.isEmpty() && value.indexOf('<') < 0 && isBareId(value)) {
            ids.add("<" + value + ">");
        }
        return List.copyOf(ids);
    }

    private static void add(ArrayDeque<String> ids, String id) {
        if (id.length() <= 2 || id.length() > LONGEST) {
            return;
        }
        if (ids.size() == MOST) {
            String first = ids.removeFirst();
            ids.removeFirst();
            ids.addFirst(first);
        }
        ids.addLast(id);
    }

    private static boolean isBareId(String value) {
        return !value.isEmpty()
                && value.length() < LONGEST
                && value.chars().noneMatch(c -> c <= ' ' || c == '>');
    }

    private static String withoutBlanks(String value, int from, int to) {
        if (to - from > 2 * LONGEST) {
            return "";
        }
        var id = new StringBuilder(to - from);
        for (int i = from; i < to; i++) {
            if (value.charAt(i) > ' ') {
                id.append(value.charAt(i));
            }
        }
        return id.toString();
    }
}
