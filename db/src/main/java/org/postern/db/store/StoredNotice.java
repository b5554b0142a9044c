package org.postern.db.store;

import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MessageId;

/// What the owner of a mailbox may be told of a message in it.
///
/// @param sealedAuthor under the operations key, as subject and envelope
/// @param sealedSubject where the tenant lets notices name it
/// @param sealedEnvelope where something may still depend on it
/// @param settled whether there is nothing more to tell: it was opened or recalled
/// @param number by which the notice is known, if it has one already
public record StoredNotice(
        MessageId message,
        SealedRecord sealedAuthor,
        Optional<SealedRecord> sealedSubject,
        Optional<SealedRecord> sealedEnvelope,
        Instant acceptedAt,
        Optional<Instant> expiresAt,
        boolean settled,
        Optional<String> number) {}
