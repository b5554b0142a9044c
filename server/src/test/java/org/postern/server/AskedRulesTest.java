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
                    true,
                    new MailRules.Keeping(100, 3));

    private static AskedRules asked(
            @Nullable String brackets,
            @Nullable String tags,
            @Nullable String fields,
            @Nullable String ends) {
        return asked(brackets, tags, fields, ends, null, null);
    }

    private static AskedRules asked(
            @Nullable String brackets,
            @Nullable String tags,
            @Nullable String fields,
            @Nullable String ends,
            @Nullable String keep,
            @Nullable String grace) {
        return new AskedRules(
                Optional.ofNullable(brackets),
                Optional.ofNullable(tags),
                Optional.ofNullable(fields),
                Optional.ofNullable(ends),
                Optional.ofNullable(keep),
                Optional.ofNullable(grace),
                Optional.empty());
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
                                false,
                                new MailRules.Keeping(100, 3)));
        assertThat(asked("none", "none", "none", "normalize", "30", "0").over(BEFORE))
                .isEqualTo(
                        new MailRules(
                                List.of(),
                                List.of(),
                                List.of(),
                                true,
                                new MailRules.Keeping(30, 0)));
    }

    @ParameterizedTest
    @CsvSource({"0,1", "36501,1", "30,366", "a month,1", "-1,1"})
    void aTimeThatCannotBeKeptIsRefusedWithASentence(String keep, String grace) {
        assertThatExceptionOfType(Provisioning.RefusedException.class)
                .isThrownBy(() -> asked(null, null, null, null, keep, grace).over(BEFORE))
                .withMessageContaining("days");
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

    @Test
    void theReturnDomainIsADomainOrNone() throws Exception {
        assertThat(returns("Returns.Example.ORG").over(BEFORE).returnDomain())
                .contains("returns.example.org");
        assertThat(
                        returns("none")
                                .over(BEFORE.withReturnDomain(Optional.of("example.org")))
                                .returnDomain())
                .isEmpty();
        assertThatExceptionOfType(Provisioning.RefusedException.class)
                .isThrownBy(() -> returns("user@example.org").over(BEFORE));
    }

    private static AskedRules returns(String domain) {
        return new AskedRules(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(domain));
    }
}
