package org.postern.notifications.outgoing;

import java.util.Optional;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.job.RelayAnswer;

/// What became of a mail that was handed over. Reasons are our own words: a remote reply may quote
/// addresses and content, and stands in the answer alone.
public sealed interface Handed {

    /// What it means for the job that was to hand it over.
    default Outcome outcome() {
        return switch (this) {
            case Accepted(Optional<RelayAnswer> answer) -> new Outcome.Done(answer);
            case Deferred(String reason, Optional<RelayAnswer> answer) ->
                    new Outcome.Retry(reason, answer);
            case Refused(String reason, Optional<RelayAnswer> answer) ->
                    new Outcome.Discard(reason, answer);
        };
    }

    /// The same, with what the relay said.
    default Handed with(RelayAnswer answer) {
        return switch (this) {
            case Accepted _ -> new Accepted(Optional.of(answer));
            case Deferred(String reason, _) -> new Deferred(reason, Optional.of(answer));
            case Refused(String reason, _) -> new Refused(reason, Optional.of(answer));
        };
    }

    /// It is theirs now.
    record Accepted(Optional<RelayAnswer> answer) implements Handed {

        public Accepted() {
            this(Optional.empty());
        }
    }

    /// A transient failure (RFC 5321, section 4.2.1), or a fault on our side: try again.
    record Deferred(String reason, Optional<RelayAnswer> answer) implements Handed {

        public Deferred(String reason) {
            this(reason, Optional.empty());
        }
    }

    /// A permanent failure of this mail: trying again is pointless.
    record Refused(String reason, Optional<RelayAnswer> answer) implements Handed {

        public Refused(String reason) {
            this(reason, Optional.empty());
        }
    }
}
