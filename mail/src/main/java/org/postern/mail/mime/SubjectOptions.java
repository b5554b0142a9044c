package org.postern.mail.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// What a sender asks of one message by words in its subject, where his mail program cannot set
/// header fields: `#expires=14d`, `#read-once`, `#no-forward`. Each stands alone between blanks.
///
/// @param rest the subject without these words
/// @param expiresAfterDays how long the message can be read
/// @param readOnce whether each recipient may read it once
/// @param noForward whether recipients are asked not to pass it on
public record SubjectOptions(
        String rest, OptionalInt expiresAfterDays, boolean readOnce, boolean noForward) {

    private static final Pattern EXPIRES = Pattern.compile("#expires=([0-9]{1,5})d");
    private static final String READ_ONCE = "#read-once";
    private static final String NO_FORWARD = "#no-forward";

    static SubjectOptions parse(String subject) {
        if (subject.indexOf('#') < 0) {
            return new SubjectOptions(subject, OptionalInt.empty(), false, false);
        }
        OptionalInt days = OptionalInt.empty();
        boolean readOnce = false;
        boolean noForward = false;
        List<String> rest = new ArrayList<>();
        for (String word : subject.split(" ", -1)) {
            String lower = word.toLowerCase(Locale.ROOT);
            Matcher expires = EXPIRES.matcher(lower);
            if (expires.matches()) {
                days = OptionalInt.of(Integer.parseInt(expires.group(1)));
            } else if (lower.equals(READ_ONCE)) {
                readOnce = true;
            } else if (lower.equals(NO_FORWARD)) {
                noForward = true;
            } else {
                rest.add(word);
            }
        }
        return new SubjectOptions(String.join(" ", rest).strip(), days, readOnce, noForward);
    }

    /// These, and those found further inside.
    SubjectOptions and(SubjectOptions inner) {
        return new SubjectOptions(
                inner.rest,
                inner.expiresAfterDays.isPresent() ? inner.expiresAfterDays : expiresAfterDays,
                readOnce || inner.readOnce,
                noForward || inner.noForward);
    }
}
