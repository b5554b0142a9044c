package org.postern.mail.reading;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postern.db.LockKind;
import org.postern.db.MessageId;
import org.postern.db.ThreadId;

/// One message as a folder shows it.
///
/// @param copies the messages this row stands for, itself among them
/// @param author display name, or the address where there is none
/// @param recipients of To and Cc, at most 50 of each copy
/// @param attachments how many
/// @param sent whether this reader wrote it
/// @param unopened whether this reader has not opened it
/// @param lock what its recipients are asked for
/// @param expiresAt until when it can be read
public record MessageRow(
        MessageId id,
        ThreadId thread,
        Set<MessageId> copies,
        String author,
        String authorAddress,
        List<String> recipients,
        String subject,
        String preview,
        int attachments,
        boolean sent,
        boolean unopened,
        Optional<LockKind> lock,
        Instant acceptedAt,
        Optional<Instant> expiresAt) {

    public MessageRow {
        copies = Set.copyOf(copies);
        recipients = List.copyOf(recipients);
    }

    /// This row, standing for a copy too.
    MessageRow with(MessageRow copy) {
        return new MessageRow(
                id,
                thread,
                Stream.concat(copies.stream(), copy.copies.stream()).collect(Collectors.toSet()),
                author,
                authorAddress,
                Stream.concat(recipients.stream(), copy.recipients.stream()).distinct().toList(),
                subject,
                preview,
                attachments,
                sent,
                unopened,
                lock,
                acceptedAt,
                expiresAt);
    }

    @Override
    public String toString() {
        return "MessageRow[" + id + "]";
    }
}
