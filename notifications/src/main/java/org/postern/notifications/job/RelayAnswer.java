package org.postern.notifications.job;

import java.util.Optional;

/// Which relay had a mail last, and what it said.
///
/// @param relay by its name in the configuration
/// @param reply the reply that decided, as it came: it may quote addresses and content, so it is
///   sealed before it is stored, and never logged
/// @param concern whose affair it was
public record RelayAnswer(String relay, Optional<String> reply, Concern concern) {

    private static final int LONGEST = 1000;

    public RelayAnswer {
        reply =
                reply.map(String::strip)
                        .filter(words -> !words.isEmpty())
                        .map(words -> words.substring(0, Math.min(words.length(), LONGEST)));
    }

    /// A mail that was taken: what was said is of no use.
    public static RelayAnswer taken(String relay) {
        return new RelayAnswer(relay, Optional.empty(), Concern.MAIL);
    }

    @Override
    public String toString() {
        return "RelayAnswer[" + relay + "]";
    }
}
