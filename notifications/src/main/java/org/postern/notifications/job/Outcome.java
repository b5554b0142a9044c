package org.postern.notifications.job;

/// What should become of a job after an attempt (River's rule: the return value says it).
///
/// A reason is one of our own words, at most 40 characters, and never what another server said: it
/// is stored and logged.
public sealed interface Outcome {

    /// Completed.
    record Done() implements Outcome {}

    /// Not now; again when the handler's [RetryPolicy] says so, discarded when it says no more.
    record Retry(String reason) implements Outcome {

        public Retry {
            requireWord(reason);
        }
    }

    /// Never.
    record Discard(String reason) implements Outcome {

        public Discard {
            requireWord(reason);
        }
    }

    private static void requireWord(String reason) {
        if (!reason.matches("[a-z0-9.-]{1,40}")) {
            throw new IllegalArgumentException("a reason is 1 to 40 of a-z 0-9 . -");
        }
    }
}
