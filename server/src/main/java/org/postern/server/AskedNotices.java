package org.postern.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postern.db.EmailAddress;
import org.postern.db.Language;
import org.postern.db.MalformedAddressException;
import org.postern.db.store.NoticeRules;
import org.postern.server.Provisioning.RefusedException;

/// Rules for the mail that tells people of messages, as an administrator writes them; what he does
/// not mention stays as it is.
///
/// @param language the tag of one of ours
/// @param zeroLink domains separated by commas, `all` or `none`
/// @param subject `shown` or `hidden`
/// @param reminders `on` or `off`
/// @param digest minutes; 0 for none
record AskedNotices(
        Optional<String> language,
        Optional<String> zeroLink,
        Optional<String> subject,
        Optional<String> reminders,
        Optional<String> digest) {

    private static final int MOST = 200;
    private static final Pattern MINUTES = Pattern.compile("[0-9]{1,4}");

    NoticeRules over(NoticeRules before) throws RefusedException {
        return new NoticeRules(
                language.isPresent() ? language(language.get()) : before.language(),
                zeroLink.isPresent() ? domains(zeroLink.get()) : before.zeroLinkDomains(),
                subject.isPresent() ? one(subject.get(), "shown", "hidden") : before.tellsSubject(),
                reminders.isPresent() ? one(reminders.get(), "on", "off") : before.reminds(),
                digest.isPresent() ? minutes(digest.get()) : before.digestMinutes());
    }

    private static Language language(String tag) throws RefusedException {
        return Language.of(tag)
                .orElseThrow(() ->
                        new RefusedException(
                                "\""
                                        + tag
                                        + "\" is no language of ours: write one of "
                                        + tags()
                                        + "."));
    }

    private static String tags() {
        return Arrays.stream(Language.values())
                .map(Language::tag)
                .collect(Collectors.joining(", "));
    }

    private static List<String> domains(String text) throws RefusedException {
        if (text.equals("none")) {
            return List.of();
        }
        if (text.equals("all")) {
            return List.of("*");
        }
        List<String> domains = new ArrayList<>();
        for (String domain : text.split(",", -1)) {
            try {
                domains.add(EmailAddress.domain(domain.strip()));
            } catch (MalformedAddressException e) {
                throw new RefusedException(
                        "\"" + domain + "\" is no domain name; write domains, all or none.");
            }
        }
        if (domains.size() > MOST) {
            throw new RefusedException("more than " + MOST + " are too many; write all.");
        }
        return domains;
    }

    private static boolean one(String text, String yes, String no) throws RefusedException {
        if (!text.equals(yes) && !text.equals(no)) {
            throw new RefusedException("\"" + text + "\" is neither " + yes + " nor " + no + ".");
        }
        return text.equals(yes);
    }

    private static int minutes(String text) throws RefusedException {
        if (!MINUTES.matcher(text).matches() || Integer.parseInt(text) > NoticeRules.LONGEST_WAIT) {
            throw new RefusedException("notices wait for each other for 0 to 1440 minutes.");
        }
        return Integer.parseInt(text);
    }
}
