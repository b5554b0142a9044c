package org.postern.server.audit;

import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.VerifierKey;

/// What a verifier found.
sealed interface Verdict {

    /// Everything is as it was signed.
    ///
    /// @param first time of the first event, if there is one
    /// @param last time of the last
    /// @param key by which it was signed
    record Whole(
            Optional<Instant> first, Optional<Instant> last, Checkpoint checkpoint, VerifierKey key)
            implements Verdict {}

    /// Something is not.
    ///
    /// @param sequence the first place that is wrong
    /// @param line of the file, counted from 1
    record Broken(long sequence, long line, Fault fault, String sentence) implements Verdict {}
}
