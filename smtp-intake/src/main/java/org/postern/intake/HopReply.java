package org.postern.intake;

/// What the next hop said: ours to repeat.
///
/// @param code of RFC 5321, section 4.2
/// @param text printable ASCII behind the code, its enhanced status code included
record HopReply(int code, String text) {

    private static final int LONGEST_TEXT = 400;

    /// @param text made harmless: it comes from another server and goes to our client
    static HopReply of(int code, String text) {
        String printable = text.replaceAll("[^\\x20-\\x7E]", "?");
        return new HopReply(
                code, printable.substring(0, Math.min(LONGEST_TEXT, printable.length())));
    }

    boolean isPositive() {
        return code < 400;
    }

    boolean isPermanent() {
        return code >= 500;
    }

    String line() {
        return code + " " + text;
    }
}
