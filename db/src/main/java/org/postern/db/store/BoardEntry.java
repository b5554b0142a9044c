package org.postern.db.store;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/// One thing that operators told people, or that a probe saw. Never changed: whatever holds all
/// entries agrees with whoever else does.
///
/// @param subject the maintenance, the incident or the part of the service it is about
/// @param startsAt when a maintenance is to begin; as it was said last
/// @param endsAt when it is expected to end; as it was said last
/// @param text plain words for everybody; may be empty
public record BoardEntry(
        UUID id,
        UUID subject,
        Word word,
        Instant writtenAt,
        Optional<Instant> startsAt,
        Optional<Instant> endsAt,
        String text) {

    /// The longest text.
    public static final int MOST_CHARACTERS = 1000;

    /// What happened to the subject: the first four to a maintenance, the next four to an incident,
    /// the last three to a part of the service.
    public enum Word {
        SCHEDULED,
        ANNOUNCED,
        STARTED,
        ENDED,
        INVESTIGATING,
        IDENTIFIED,
        MONITORING,
        RESOLVED,
        WORKS,
        SLOW,
        AWAY;

        public boolean isOfMaintenance() {
            return compareTo(ENDED) <= 0;
        }

        public boolean isOfIncident() {
            return !isOfMaintenance() && !isOfPart();
        }

        public boolean isOfPart() {
            return compareTo(WORKS) >= 0;
        }

        /// As it is stored.
        public String stored() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
