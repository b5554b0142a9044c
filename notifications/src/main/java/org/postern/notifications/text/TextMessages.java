package org.postern.notifications.text;

import org.postern.db.PhoneNumber;
import org.postern.notifications.job.Outcome;

/// Sends text messages to phones. Thread-safe.
@FunctionalInterface
public interface TextMessages {

    /// Where nobody has set up a service. The door takes no mail that needs one; what was taken
    /// while there was one waits for its author.
    TextMessages NONE = (_, _) -> new Outcome.Discard("no-text-messages");

    /// Sends one text to one phone.
    ///
    /// @return [Outcome.Retry] if it may help to try again soon
    Outcome send(PhoneNumber to, String text);
}
