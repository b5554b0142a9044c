package org.postern.server;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.db.Language;
import org.postern.db.store.NoticeRules;
import org.postern.server.Provisioning.RefusedException;

/// Rules for the mail that tells people of messages, as an administrator writes them; what he does
/// not mention stays as it is.
///
/// @param language the tag of one of ours
record AskedNotices(Optional<String> language) {

    NoticeRules over(NoticeRules before) throws RefusedException {
        return language.isPresent() ? new NoticeRules(language(language.get())) : before;
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
}
