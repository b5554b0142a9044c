package org.postern.notifications.notice;

import java.time.Instant;
import java.util.Optional;

/// What a reminder says: that a message of which somebody was told was not opened yet.
///
/// @param notice what was told; its job is the reminder's
/// @param sentAt when the message came
/// @param days for how many it has waited
/// @param until when it can be read
/// @param last whether there is none after it
public record Reminder(
        Notice notice, Instant sentAt, long days, Optional<Instant> until, boolean last) {

    @Override
    public String toString() {
        return "Reminder[job=" + notice.job() + "]";
    }
}
