package org.postern.notifications.job;

/// Whose affair it is that a relay did not take a mail.
public enum Concern {
    /// It took it, or refused this mail for good.
    MAIL,
    /// The recipient's side does not take it now.
    DESTINATION,
    /// The relay lacks what this mail needs; another may have it.
    ABILITY,
    /// The relay is away, does not answer, or does not take our mail at all.
    RELAY
}
