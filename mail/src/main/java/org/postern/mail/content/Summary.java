package org.postern.mail.content;

import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/// What a folder shows of a message, stored sealed once per slot: a page of rows opens no body.
///
/// @param author display name, or the address where there is none
/// @param authorAddress as the From field has it
/// @param recipients of To and Cc, never of Bcc, names where there are names; at most 50
/// @param subject without the trigger
/// @param preview the first words of the text
/// @param attachments how many
public record Summary(
        String author,
        String authorAddress,
        List<String> recipients,
        String subject,
        String preview,
        int attachments) {

    private static final JsonMapper JSON = JsonMapper.shared();

    public Summary {
        recipients = List.copyOf(recipients);
    }

    /// The same without what was taken from the text.
    public Summary withoutPreview() {
        return new Summary(author, authorAddress, recipients, subject, "", attachments);
    }

    /// The bytes that are sealed.
    public byte[] encode() {
        return JSON.writeValueAsBytes(this);
    }

    /// Reads what [#encode] wrote; the bytes were authenticated.
    public static Summary decode(byte[] bytes) {
        return JSON.readValue(bytes, Summary.class);
    }

    @Override
    public String toString() {
        return "Summary[redacted]";
    }
}
