package org.postern.portal.status;

import java.util.List;
import java.util.Locale;
import org.postern.mail.board.Part;

/// What works now, from probes of the real thing. Thread-safe, and answers at once.
@FunctionalInterface
public interface Components {

    /// What this process can say something about.
    List<Component> now();

    /// One part of the service.
    record Component(Part part, State state) {}

    /// How it is.
    enum State {
        WORKS,
        SLOW,
        AWAY,
        MAINTENANCE;

        /// Under which the words are.
        public String key() {
            return "status.state." + name().toLowerCase(Locale.ROOT);
        }
    }
}
