package org.postern.notifications.report;

import java.util.regex.Pattern;

/// What a mail server said to a mail of ours, in the form in which it stands in a report: one line
/// of printable US-ASCII (RFC 3464, section 2.3.6), cut where it is long.
///
/// It was said of the recipient to whom the report is about, and goes to who wrote to him.
public final class RelayReply {

    private static final int LONGEST = 500; // a line has 998 octets, RFC 5322, section 2.1.1
    private static final Pattern LINE_ENDS = Pattern.compile("[\\r\\n\\t ]+");
    private static final Pattern UNPRINTABLE = Pattern.compile("[^\\x20-\\x7E]");

    private final String line;

    /// @param said as it came, or its codes alone
    public RelayReply(String said) {
        String oneLine =
                UNPRINTABLE
                        .matcher(LINE_ENDS.matcher(said.strip()).replaceAll(" "))
                        .replaceAll("?");
        this.line = oneLine.substring(0, Math.min(oneLine.length(), LONGEST)).strip();
    }

    String line() {
        return line;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof RelayReply reply && reply.line.equals(line);
    }

    @Override
    public int hashCode() {
        return line.hashCode();
    }

    @Override
    public String toString() {
        return "RelayReply[" + line.length() + " characters]";
    }
}
