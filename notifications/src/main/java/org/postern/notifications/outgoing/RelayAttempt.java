package org.postern.notifications.outgoing;

import java.util.Optional;
import org.postern.notifications.job.Concern;

/// What one relay did with one mail, and whose affair that is.
///
/// @param reply the reply that decided; empty if there was none
record RelayAttempt(Handed handed, Optional<String> reply, Concern concern) {

    @Override
    public String toString() {
        return "RelayAttempt[" + handed + ", " + concern + "]";
    }
}
