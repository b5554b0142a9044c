package org.postern.notifications.outgoing;

import java.util.Optional;

/// What one relay did with one mail, and whose affair that is.
///
/// @param reply the reply that decided; empty if there was none
record RelayAttempt(Handed handed, Optional<String> reply, Concern concern) {

    /// Whose affair it is that a relay did not take a mail.
    enum Concern {
        /// It took it, or refused this mail for good.
        MAIL,
        /// The recipient's side does not take it now.
        DESTINATION,
        /// The relay lacks what this mail needs; another may have it.
        ABILITY,
        /// The relay is away, does not answer, or does not take our mail at all.
        RELAY
    }

    @Override
    public String toString() {
        return "RelayAttempt[" + handed + ", " + concern + "]";
    }
}
