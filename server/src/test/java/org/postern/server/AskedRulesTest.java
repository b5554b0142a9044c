package org.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.db.store.MailRules;
import org.postern.db.store.MailRules.Brackets;
import org.postern.db.store.MailRules.MarkField;

class AskedRulesTest {

    private static final MailRules BEFORE =
            new MailRules(
                    List.of(Brackets.CURLY),
                    List.of("#secure"),
                    List.of(new MarkField("X-Seal", "yes")),
                    true);

    private static AskedRules asked(
            @Nullable String brackets,
            @Nullable String tags,
            @Nullable String fields,
            @Nullable String ends) {
        return new AskedRules(
                Optional.ofNullable(brackets),
                Optional.ofNullable(tags),
                Optional.ofNullable(fields),
                Optional.ofNullable(ends));
    }

    @Test
    void whatIsNotMentionedStaysAsItWas() throws Exception {
        assertThat(asked(null, null, null, null).over(BEFORE)).isEqualTo(BEFORE);
    }

    @Test
    void whatIsMentionedTakesThePlaceOfWhatWas() throws Exception {
        assertThat(
                        asked("square, pipes", "[Encrypt],#s-2", "X-A: b c,X-D:e", "strict")
                                .over(BEFORE))
                .isEqualTo(
                        new MailRules(
                                List.of(Brackets.SQUARE, Brackets.PIPES),
                                List.of("[encrypt]", "#s-2"),
                                List.of(new MarkField("X-A", "b c"), new MarkField("X-D", "e")),
                                false));
        assertThat(asked("none", "none", "none", "normalize").over(BEFORE))
                .isEqualTo(new MailRules(List.of(), List.of(), List.of(), true));
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "round,-,-,-",
                "'',-,-,-",
                "-,encrypt,-,-",
                "-,[],-,-",
                "-,[a b],-,-",
                "-,'#x,',-,-",
                "-,-,X-A,-",
                "-,-,X A: b,-",
                "-,-,X-A:,-",
                "-,-,-,lenient"
            })
    void whatMakesNoSenseIsRefusedWithASentence(
            @Nullable String brackets,
            @Nullable String tags,
            @Nullable String fields,
            @Nullable String ends) {
        assertThatExceptionOfType(Provisioning.RefusedException.class)
                .isThrownBy(() -> asked(brackets, tags, fields, ends).over(BEFORE))
                .withMessageEndingWith(".");
    }
}
