package org.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.db.Language;
import org.postern.db.store.NoticeRules;

class AskedNoticesTest {

    private static final NoticeRules BEFORE =
            new NoticeRules(Language.FRENCH, List.of("example.org"), true, false, 30);

    private static AskedNotices asked(
            @Nullable String language,
            @Nullable String zeroLink,
            @Nullable String subject,
            @Nullable String reminders,
            @Nullable String digest) {
        return new AskedNotices(
                Optional.ofNullable(language),
                Optional.ofNullable(zeroLink),
                Optional.ofNullable(subject),
                Optional.ofNullable(reminders),
                Optional.ofNullable(digest));
    }

    @Test
    void whatIsMentionedTakesThePlaceOfWhatWas() throws Exception {
        assertThat(asked("ar", "Example.COM, bücher.example", "hidden", "on", "0").over(BEFORE))
                .isEqualTo(
                        new NoticeRules(
                                Language.ARABIC,
                                List.of("example.com", "xn--bcher-kva.example"),
                                false,
                                true,
                                0));
        assertThat(asked(null, "all", null, null, null).over(BEFORE).zeroLink("any.example"))
                .isTrue();
        assertThat(asked(null, "none", null, null, null).over(BEFORE).zeroLink("example.org"))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"subject,maybe", "reminders,yes", "digest,1441", "digest,-1", "zeroLink,a b"})
    void whatCannotBeIsRefused(String option, String value) {
        AskedNotices asked =
                asked(
                        null,
                        option.equals("zeroLink") ? value : null,
                        option.equals("subject") ? value : null,
                        option.equals("reminders") ? value : null,
                        option.equals("digest") ? value : null);

        assertThatExceptionOfType(Provisioning.RefusedException.class)
                .isThrownBy(() -> asked.over(BEFORE));
    }

    @Test
    void whatIsNotMentionedStaysAsItWas() throws Exception {
        assertThat(asked(null, null, null, null, null).over(BEFORE)).isEqualTo(BEFORE);
    }

    @Test
    void aLanguageThatWeDoNotWriteIsRefusedWithThoseThatWeDo() {
        assertThatExceptionOfType(Provisioning.RefusedException.class)
                .isThrownBy(() -> asked("it", null, null, null, null).over(BEFORE))
                .withMessage(
                        "\"it\" is no language of ours: write one of en, de, fr, es, nl, pt, pl,"
                                + " ar.");
    }
}
