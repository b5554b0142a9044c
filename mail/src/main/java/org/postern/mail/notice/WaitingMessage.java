package org.postern.mail.notice;

import java.time.Instant;
import java.util.Optional;
import org.postern.db.MessageId;

/// A message as far as its recipient may be told of it.
///
/// @param author what notices call him; may be empty
/// @param subject where notices may name it
/// @param expiresAt until when it can be read
/// @param requireTls whether a mail about it goes over TLS all the way (RFC 8689)
/// @param settled whether there is nothing more to tell: it was opened or recalled
/// @param number by which the notice of it is known, if it has one already
record WaitingMessage(
        MessageId id,
        String author,
        Optional<String> subject,
        Instant acceptedAt,
        Optional<Instant> expiresAt,
        boolean requireTls,
        boolean settled,
        Optional<String> number) {

    /// Whether telling of it again makes sense.
    boolean waits(Instant now) {
        return !settled && expiresAt.filter(end -> !end.isAfter(now)).isEmpty();
    }

    @Override
    public String toString() {
        return "WaitingMessage[" + id + "]";
    }
}
