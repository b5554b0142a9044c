package org.postern.mail.reading;

/// A part that a reader may take.
///
/// @param part its number in the message
/// @param fileName made harmless; content, never for logs
/// @param mediaType as the sender says, never to be trusted
/// @param encodedBytes its size in the message, before decoding
/// @param bytes about what it takes once decoded
public record Attachment(
        int part, String fileName, String mediaType, long encodedBytes, long bytes) {

    @Override
    public String toString() {
        return "Attachment[" + part + "]";
    }
}
