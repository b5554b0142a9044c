package org.postern.notifications.outgoing;

import org.postern.notifications.job.Outcome;

/// What became of a mail that was handed over. Reasons are our own words: a remote reply may quote
/// addresses and content.
public sealed interface Handed {

    /// What it means for the job that was to hand it over.
    default Outcome outcome() {
        return switch (this) {
            case Accepted _ -> new Outcome.Done();
            case Deferred(String reason) -> new Outcome.Retry(reason);
            case Refused(String reason) -> new Outcome.Discard(reason);
        };
    }

    /// It is theirs now.
    record Accepted() implements Handed {}

    /// A transient failure (RFC 5321, section 4.2.1), or a fault on our side: try again.
    record Deferred(String reason) implements Handed {}

    /// A permanent failure of this mail: trying again is pointless.
    record Refused(String reason) implements Handed {}
}
