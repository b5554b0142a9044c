package org.postern.crypto.sealed;

/// What a sealed object holds (docs/format.md, section 3.1).
public enum ObjectType {
    RAW_MAIL(1),
    SEALED_RECORD(2),
    DRAFT_PART(3);

    private final int code;

    ObjectType(int code) {
        this.code = code;
    }

    /// The byte that stands for this type in a header.
    public int code() {
        return code;
    }

    static ObjectType ofCode(int code) throws OpeningFailedException {
        for (ObjectType type : values()) {
            if (type.code == code) {
                return type;
            }
        }
        throw new OpeningFailedException();
    }
}
