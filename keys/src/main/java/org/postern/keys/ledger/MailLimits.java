package org.postern.keys.ledger;

/// How many sign-in mails are sent in an hour.
///
/// @param ofAddress to one address
/// @param ofTenant to addresses of one tenant for which nothing new has come: to those for whom it
///   has, as many as ask
public record MailLimits(int ofAddress, int ofTenant) {

    /// Unless an operator says otherwise.
    public static final MailLimits DEFAULT = new MailLimits(5, 100);
}
