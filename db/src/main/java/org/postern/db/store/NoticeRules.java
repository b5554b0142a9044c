package org.postern.db.store;

import java.util.List;
import org.postern.db.Language;

/// What a tenant has decided about the mail that tells people of messages.
///
/// @param language of whoever has not chosen one
/// @param zeroLinkDomains whose recipients get notices without a link, in lower case; `*` for all
/// @param tellsSubject whether a notice names the message's subject
/// @param reminds whether recipients are reminded of what they have not opened
/// @param digestMinutes how long after a notice others for the same recipient wait, to be told in
///   one mail; 0 for no such wait
public record NoticeRules(
        Language language,
        List<String> zeroLinkDomains,
        boolean tellsSubject,
        boolean reminds,
        int digestMinutes) {

    /// Whoever has decided nothing, as the database has it.
    public static final NoticeRules DEFAULT =
            new NoticeRules(Language.ENGLISH, List.of(), false, true, 0);

    /// An hour: how long a new tenant's notices wait for each other.
    public static final int HOUR = 60;

    /// A day, in minutes.
    public static final int LONGEST_WAIT = 24 * 60;

    private static final String EVERY_DOMAIN = "*";

    public NoticeRules {
        zeroLinkDomains = List.copyOf(zeroLinkDomains);
        if (digestMinutes < 0 || digestMinutes > LONGEST_WAIT) {
            throw new IllegalArgumentException("notices wait for a day at most");
        }
    }

    /// The same with another wait for each other.
    public NoticeRules withDigestMinutes(int minutes) {
        return new NoticeRules(language, zeroLinkDomains, tellsSubject, reminds, minutes);
    }

    /// Whether somebody at this domain is told without a link.
    public boolean zeroLink(String domain) {
        return zeroLinkDomains.contains(EVERY_DOMAIN) || zeroLinkDomains.contains(domain);
    }
}
