package org.postern.server;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.store.MailRules;
import org.postern.server.Provisioning.RefusedException;

/// Rules for a tenant's mail as an administrator writes them; what he does not mention stays as it
/// is.
///
/// @param brackets `square`, `curly`, `pipes`, separated by commas, or `none`
/// @param tags `[word]` or `#word`, separated by commas, or `none`
/// @param markFields `Name: value`, separated by commas, or `none`
/// @param lineEnds `strict` or `normalize`
/// @param keep days for which its messages can be read
/// @param grace days after that in which they can be given back
/// @param returns the domain to which its notices come back, or `none`
record AskedRules(
        Optional<String> brackets,
        Optional<String> tags,
        Optional<String> markFields,
        Optional<String> lineEnds,
        Optional<String> keep,
        Optional<String> grace,
        Optional<String> returns) {

    private static final Pattern TAG = Pattern.compile("\\[[a-z0-9_-]{2,32}]|#[a-z0-9_-]{2,32}");
    // RFC 5322, section 3.6.8, and a value that needs no folding
    private static final Pattern FIELD =
            Pattern.compile("([!-9;-~]{1,64}):\\h*([!-~](?:[ -~]{0,126}[!-~])?)");
    private static final Pattern DAYS = Pattern.compile("[0-9]{1,6}");
    private static final int MOST = 20;

    MailRules over(MailRules before) throws RefusedException {
        List<MailRules.Brackets> pairs =
                brackets.isPresent() ? brackets(brackets.get()) : before.brackets();
        List<String> words = tags.isPresent() ? tags(tags.get()) : before.tags();
        List<MailRules.MarkField> fields =
                markFields.isPresent() ? markFields(markFields.get()) : before.markFields();
        boolean normalizes =
                lineEnds.isPresent() ? normalizes(lineEnds.get()) : before.normalizesLineEnds();
        Optional<String> returnDomain =
                returns.isPresent() ? returnDomain(returns.get()) : before.returnDomain();
        return new MailRules(
                pairs, words, fields, normalizes, keeping(before.keeping()), returnDomain);
    }

    private MailRules.Keeping keeping(MailRules.Keeping before) throws RefusedException {
        int days = keep.isPresent() ? days(keep.get()) : before.days();
        int graceDays = grace.isPresent() ? days(grace.get()) : before.graceDays();
        try {
            return new MailRules.Keeping(days, graceDays);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    "messages are kept for 1 to 36500 days, and 0 to 365 days of grace.");
        }
    }

    private static Optional<String> returnDomain(String text) throws RefusedException {
        try {
            return text.equals("none") ? Optional.empty() : Optional.of(EmailAddress.domain(text));
        } catch (MalformedAddressException e) {
            throw new RefusedException("\"" + text + "\" is no domain name; write one, or none.");
        }
    }

    private static int days(String text) throws RefusedException {
        if (!DAYS.matcher(text).matches()) {
            throw new RefusedException("\"" + text + "\" is no number of days.");
        }
        return Integer.parseInt(text);
    }

    private static List<MailRules.Brackets> brackets(String text) throws RefusedException {
        try {
            return list(text).stream()
                    .map(name -> MailRules.Brackets.valueOf(name.toUpperCase(Locale.ROOT)))
                    .distinct()
                    .toList();
        } catch (IllegalArgumentException e) {
            throw new RefusedException(
                    "\"" + text + "\" names no brackets: write square, curly, pipes or none.");
        }
    }

    private static List<String> tags(String text) throws RefusedException {
        List<String> tags = new ArrayList<>();
        for (String tag : list(text)) {
            if (!TAG.matcher(tag.toLowerCase(Locale.ROOT)).matches()) {
                throw new RefusedException(
                        "\"" + tag + "\" is no tag, such as [encrypt] or #secure.");
            }
            tags.add(tag.toLowerCase(Locale.ROOT));
        }
        return tags;
    }

    private static List<MailRules.MarkField> markFields(String text) throws RefusedException {
        List<MailRules.MarkField> fields = new ArrayList<>();
        for (String field : list(text)) {
            var parts = FIELD.matcher(field);
            if (!parts.matches()) {
                throw new RefusedException(
                        "\"" + field + "\" is no header field with a value, such as X-Seal: yes.");
            }
            fields.add(new MailRules.MarkField(parts.group(1), parts.group(2)));
        }
        return fields;
    }

    private static boolean normalizes(String text) throws RefusedException {
        return switch (text) {
            case "strict" -> false;
            case "normalize" -> true;
            default ->
                    throw new RefusedException(
                            "\"" + text + "\" is no way to treat line ends: strict or normalize.");
        };
    }

    private static List<String> list(String text) throws RefusedException {
        if (text.equals("none")) {
            return List.of();
        }
        List<String> parts = Arrays.stream(text.split(",", -1)).map(String::strip).toList();
        if (parts.size() > MOST) {
            throw new RefusedException("more than " + MOST + " are too many.");
        }
        return parts;
    }
}
