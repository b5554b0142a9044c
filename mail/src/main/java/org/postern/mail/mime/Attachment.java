package org.postern.mail.mime;

/// A part offered for download.
///
/// @param fileName the sender's, made harmless, or one of ours; no other attachment of the message
///   has it
public record Attachment(Part part, String fileName) {

    @Override
    public String toString() {
        return "Attachment[" + part + "]";
    }
}
