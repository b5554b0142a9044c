package org.postern.mail.reading;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postern.db.MessageId;
import org.postern.db.ThreadId;

/// One message as a folder shows it.
///
/// @param author display name, or the address where there is none
/// @param recipients of To and Cc, at most 50
/// @param attachments how many
/// @param sent whether this reader wrote it
/// @param unopened whether this reader has not opened it
/// @param expiresAt until when it can be read
public record MessageRow(
        MessageId id,
        ThreadId thread,
        String author,
        String authorAddress,
        List<String> recipients,
        String subject,
        String preview,
        int attachments,
        boolean sent,
        boolean unopened,
        Instant acceptedAt,
        Optional<Instant> expiresAt) {

    public MessageRow {
        recipients = List.copyOf(recipients);
    }

    @Override
    public String toString() {
        return "MessageRow[" + id + "]";
    }
}
