package org.postern.db.store;

import java.util.Optional;
import org.postern.crypto.sealed.SealedRecord;

/// What is kept of an attempt at a job that hands over a mail.
///
/// @param relay which had it
/// @param reply what the relay said, sealed: it may quote addresses
public record JobNote(Optional<String> relay, Optional<SealedRecord> reply) {

    /// No mail was handed over.
    public static final JobNote NONE = new JobNote(Optional.empty(), Optional.empty());
}
