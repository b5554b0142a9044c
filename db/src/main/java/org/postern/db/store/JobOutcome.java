package org.postern.db.store;

import java.util.Optional;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.JobId;

/// What became of a job that was discarded or put off.
///
/// @param reason in our own words
/// @param relay which had its mail last
/// @param reply what that relay said, sealed
public record JobOutcome(
        JobId job, String reason, Optional<String> relay, Optional<SealedRecord> reply) {}
