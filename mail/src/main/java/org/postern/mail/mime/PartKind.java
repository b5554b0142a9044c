package org.postern.mail.mime;

/// What a part is to the index.
public enum PartKind implements Coded {
    /// Holds other parts (RFC 2046, section 5.1).
    MULTIPART(0),
    /// A message whose own parts are indexed too (RFC 2046, section 5.2.1); its body is that
    /// message.
    MESSAGE(1),
    /// Content of its own. Also a message that is itself encoded: offsets into decoded content
    /// would be none in ours.
    LEAF(2),
    /// Everything from where the budget was used up to the end of the content: to be downloaded,
    /// not shown.
    OPAQUE(3);

    private final int code;

    PartKind(int code) {
        this.code = code;
    }

    @Override
    public int code() {
        return code;
    }
}
