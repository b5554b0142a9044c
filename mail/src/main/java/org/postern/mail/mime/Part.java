package org.postern.mail.mime;

import java.util.Optional;

/// One MIME part and where it lies in the content (RFC 2045, section 2.5).
///
/// @param number from 1 (the message itself) upwards, in the order of the content
/// @param parent the number of the part that holds this one, 0 for the message itself
/// @param mediaType lower case, `type/subtype`, without parameters
/// @param charset as the sender names it
/// @param fileName decoded and made harmless; a name of the sender's, so content: never for logs
/// @param contentId without angle brackets (RFC 2392)
/// @param headerOffset where the part's header section begins
/// @param bodyOffset where its body begins; the header section ends there
/// @param bodyLength how many bytes the body takes as it stands, before decoding
public record Part(
        int number,
        int parent,
        PartKind kind,
        String mediaType,
        Optional<String> charset,
        TransferEncoding transferEncoding,
        Disposition disposition,
        Optional<String> fileName,
        Optional<String> contentId,
        long headerOffset,
        long bodyOffset,
        long bodyLength) {

    /// Where the part ends, exclusive.
    public long end() {
        return bodyOffset + bodyLength;
    }

    /// Roughly how long the decoded content is, for people: 57 bytes make a base64 line of 76
    /// characters and its end.
    public long approximateSize() {
        return transferEncoding == TransferEncoding.BASE64 ? bodyLength * 57 / 78 : bodyLength;
    }

    /// Whether the media type is of this top-level type, such as `image`.
    public boolean isOfType(String type) {
        return mediaType.startsWith(type + "/");
    }

    @Override
    public String toString() {
        return "Part["
                + number
                + " in "
                + parent
                + ", "
                + kind
                + ", "
                + headerOffset
                + ", "
                + bodyOffset
                + "+"
                + bodyLength
                + "]";
    }
}
