package org.postern.notifications.job;

import java.util.Optional;

/// What should become of a job after an attempt (River's rule: the return value says it).
///
/// A reason is one of our own words, at most 40 characters, and never what another server said: it
/// is stored and logged. What the other server said stands in the answer, which is sealed.
public sealed interface Outcome {

    /// What a relay said to the mail of this job, if there was one.
    Optional<RelayAnswer> answer();

    /// Completed.
    record Done(Optional<RelayAnswer> answer) implements Outcome {

        public Done() {
            this(Optional.empty());
        }
    }

    /// Not now; again when the handler's [RetryPolicy] says so, discarded when it says no more.
    record Retry(String reason, Optional<RelayAnswer> answer) implements Outcome {

        public Retry {
            requireWord(reason);
        }

        public Retry(String reason) {
            this(reason, Optional.empty());
        }
    }

    /// Never.
    record Discard(String reason, Optional<RelayAnswer> answer) implements Outcome {

        public Discard {
            requireWord(reason);
        }

        public Discard(String reason) {
            this(reason, Optional.empty());
        }
    }

    private static void requireWord(String reason) {
        if (!reason.matches("[a-z0-9.-]{1,40}")) {
            throw new IllegalArgumentException("a reason is 1 to 40 of a-z 0-9 . -");
        }
    }
}
