package org.postern.mail.mime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.store.MailRules;
import org.postern.db.store.MailRules.Brackets;

class SubjectTriggerTest {

    private final SubjectTrigger square = new SubjectTrigger(MailRules.DEFAULT);

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[Your results];Your results",
                "  [Your results]  ;Your results",
                "[ Your results ];Your results",
                "Re: [Your results];Re: Your results",
                "RE: AW: Fwd: [Your results];RE: AW: Fwd: Your results",
                "WG:[Your results];WG:Your results",
                "SV : [Your results];SV : Your results",
                "Re[2]: [Your results];Re[2]: Your results",
                "Re (3): [Your results];Re (3): Your results",
                "回复：[Your results];回复：Your results",
                "[[list] hello];[list] hello",
                "[a [b] c];a [b] c",
                "Re: Re: Re: Re: [x];Re: Re: Re: Re: x",
            })
    void aSubjectThatStandsInBracketsIsMarkedAndShownWithoutThem(String subject, String shown) {
        assertThat(square.match(subject)).contains(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[list-name] hello",
                "Re: [list-name] hello",
                "[list-name] Re: [x]",
                "[External] [Your results]",
                "[a] b [c]",
                "hello [x]",
                "Your results",
                "[Your results",
                "Your results]",
                "{Your results}",
                "|Your results|",
                "(Your results)",
                "Note: [Your results]",
                "[",
                "]",
                "",
                "Re:",
                "[x].",
            })
    void aSubjectThatIsNotWhollyEnclosedIsNotMarked(String subject) {
        assertThat(square.match(subject)).isEmpty();
    }

    @Test
    void emptyBracketsAreAMarkWithoutASubject() {
        assertThat(square.match("[]")).contains("");
        assertThat(square.match("[  ]")).contains("");
        assertThat(square.match("Re: []")).contains("Re:");
    }

    @Test
    void inDoubtTheSubjectIsMarked() {
        assertThat(square.match("[Results [final]")).contains("Results [final");
        assertThat(square.match("[Results]]")).contains("Results]");
        assertThat(square.match("\u200b[Results]\u00a0")).contains("Results");
    }

    @Test
    void theTenantChoosesThePairs() {
        var curlyAndPipes = trigger(List.of(Brackets.CURLY, Brackets.PIPES));
        assertThat(curlyAndPipes.match("Re: {Your results}")).contains("Re: Your results");
        assertThat(curlyAndPipes.match("|Your results|")).contains("Your results");
        assertThat(curlyAndPipes.match("||")).contains("");
        assertThat(curlyAndPipes.match("|")).isEmpty();
        assertThat(curlyAndPipes.match("|tag| hello")).isEmpty();
        assertThat(curlyAndPipes.match("[Your results]")).isEmpty();
        assertThat(trigger(List.of()).match("[Your results]")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?utf-8?Q?=5BErgebnisse_f=C3=BCr_Sie=5D?=",
                "=?UTF-8?B?W0VyZ2Vibmlzc2UgZsO8ciBTaWVd?=",
                "=?iso-8859-1?q?=5BErgebnisse_?=\r\n =?iso-8859-1?q?f=FCr_Sie=5D?=",
                "[=?utf-8?Q?Ergebnisse_f=C3=BCr_Sie?=]",
            })
    void anEncodedSubjectIsJudgedAsDecoded(String subject) throws HeaderLimitException {
        var section = HeaderSectionTest.section("Subject: " + subject);
        assertThat(section.subject().flatMap(square::match)).contains("Ergebnisse für Sie");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "[encrypt] Your results | Your results",
                "Your results [Encrypt] | Your results",
                "Your[encrypt]results | Your results",
                "Re: [encrypt] Your results | Re: Your results",
                "Your results #ENCRYPT | Your results",
                "#encrypt Your #encrypt results | Your results",
                "[encrypt] [Your results] | Your results",
                "[Your results #encrypt] | Your results",
                "[encrypt] | ~~",
                "Results (#encrypt) | Results ( )"
            })
    void aTagIsAMarkWhereverItStands(String subject, String shown) {
        assertThat(tagged().match(subject)).contains(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Your results",
                "#encrypted results",
                "results#encrypt",
                "##encrypt",
                "[encrypted] results",
                "encrypt this",
                "[ encrypt ] this"
            })
    void whatOnlyLooksLikeATagIsNone(String subject) {
        assertThat(tagged().match(subject)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "[Your results #expires=14d],Your results,14,false,false",
                "[Your results] #expires=14d,Your results,14,false,false",
                "#Read-Once [Your results],Your results,-1,true,false",
                "Re: [#no-forward Your results #read-once],Re: Your results,-1,true,true",
                "[a#read-once],a#read-once,-1,false,false",
                "[#expires=14 d],#expires=14 d,-1,false,false",
            })
    void whatIsAskedInTheSubjectIsFoundAndNotShown(
            String subject, String shown, int days, boolean once, boolean noForward) {
        SubjectTrigger trigger = new SubjectTrigger(MailRules.DEFAULT);
        assertThat(trigger.match(subject)).contains(shown);
        SubjectOptions options = trigger.options(subject);
        assertThat(options.expiresAfterDays().orElse(-1)).isEqualTo(days);
        assertThat(options.readOnce()).isEqualTo(once);
        assertThat(options.noForward()).isEqualTo(noForward);
    }

    @Test
    void whatIsAskedIsNoMarkAndIsNotShownWhereSomethingElseIsTheMark() {
        SubjectTrigger trigger = new SubjectTrigger(MailRules.DEFAULT);
        assertThat(trigger.match("Your results #no-forward")).isEmpty();
        assertThat(trigger.shown("Your results #no-forward")).isEqualTo("Your results");
    }

    private static SubjectTrigger tagged() {
        return new SubjectTrigger(
                new MailRules(
                        List.of(Brackets.SQUARE),
                        List.of("[encrypt]", "#encrypt"),
                        List.of(),
                        false,
                        MailRules.Keeping.DEFAULT));
    }

    private static SubjectTrigger trigger(List<Brackets> brackets) {
        return new SubjectTrigger(
                new MailRules(brackets, List.of(), List.of(), false, MailRules.Keeping.DEFAULT));
    }
}
