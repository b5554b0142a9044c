package org.postern.portal.status;

import java.util.List;
import java.util.Locale;

/// What works now, from probes of the real thing. Thread-safe, and answers at once.
@FunctionalInterface
public interface Components {

    /// What this process can say something about.
    List<Component> now();

    /// One part of the service as people know it.
    record Component(Part part, State state) {}

    /// The parts, in the order in which they are shown.
    enum Part {
        READING,
        TAKING,
        TELLING;

        /// Under which the words are.
        public String key() {
            return "status.part." + name().toLowerCase(Locale.ROOT);
        }
    }

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
