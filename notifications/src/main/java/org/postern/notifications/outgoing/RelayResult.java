package org.postern.notifications.outgoing;

import java.util.Locale;

/// What can come of handing a mail to a relay, for whoever counts.
public enum RelayResult {
    ACCEPTED,
    /// The recipient's side does not take it now.
    DEFERRED,
    REFUSED,
    /// The relay itself did not work.
    FAILED;

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
