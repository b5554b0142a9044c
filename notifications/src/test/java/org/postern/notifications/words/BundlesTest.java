package org.postern.notifications.words;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.MessagePattern;
import com.ibm.icu.text.MessagePattern.ArgType;
import com.ibm.icu.text.PluralRules;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.db.Language;
import org.postern.notifications.outgoing.Texts;

/// The words of our mail in every language.
class BundlesTest {

    /// What is the same in several languages without being English.
    private static final Set<String> ALIKE = Set.of("language", "direction", "author.via");

    private static final Pattern ENGLISH =
            Pattern.compile("(?i)\\b(?:the|you|your|this|with|sent|message to)\\b");

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyLanguageHasTheSameTextsWithTheSameArguments(Language language) {
        assertThat(arguments(language)).isEqualTo(arguments(Language.ENGLISH));
    }

    @ParameterizedTest
    @EnumSource(value = Language.class, names = "ENGLISH", mode = EnumSource.Mode.EXCLUDE)
    void noEnglishRemains(Language language) {
        Map<String, String> english = texts(Language.ENGLISH);

        texts(language)
                .forEach((key, text) -> {
                    if (!ALIKE.contains(key)) {
                        assertThat(text).as(key).isNotEqualTo(english.get(key));
                    }
                    assertThat(ENGLISH.matcher(text).find()).as("%s: %s", key, text).isFalse();
                });
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void everyPluralOfALanguageHasItsForm(Language language) {
        Set<String> forms = new TreeSet<>(PluralRules.forLocale(language.locale()).getKeywords());

        texts(language)
                .forEach((key, text) -> {
                    Set<String> given = plurals(text);
                    if (!given.isEmpty()) {
                        assertThat(given).as(key).isEqualTo(forms);
                    }
                });
    }

    @ParameterizedTest
    @EnumSource(Language.class)
    void eachSaysWhichItIsAndNoneHasAStraightApostrophe(Language language) {
        assertThat(Texts.in(language.locale()).language()).isEqualTo(language.tag());
        assertThat(Texts.in(language.locale()).direction())
                .isEqualTo(language == Language.ARABIC ? "rtl" : "ltr");
        assertThat(texts(language).values()).noneMatch(text -> text.contains("'"));
    }

    @Test
    void pluralsAreThoseOfTheLanguage() {
        Texts polish = Texts.in(Language.POLISH.locale());
        assertThat(List.of(1, 2, 5, 12, 22, 25))
                .extracting(number -> polish.get("digest.subject", number))
                .containsExactly(
                        "Czeka na Ciebie 1 bezpieczna wiadomość",
                        "Czekają na Ciebie 2 bezpieczne wiadomości",
                        "Czeka na Ciebie 5 bezpiecznych wiadomości",
                        "Czeka na Ciebie 12 bezpiecznych wiadomości",
                        "Czekają na Ciebie 22 bezpieczne wiadomości",
                        "Czeka na Ciebie 25 bezpiecznych wiadomości");
        Texts arabic = Texts.in(Language.ARABIC.locale());
        assertThat(List.of(1, 2, 3, 10, 11, 99, 100))
                .extracting(number -> arabic.get("digest.subject", number))
                .containsExactly(
                        "رسالة آمنة واحدة بانتظارك",
                        "رسالتان آمنتان بانتظارك",
                        "3 رسائل آمنة بانتظارك",
                        "10 رسائل آمنة بانتظارك",
                        "11 رسالة آمنة بانتظارك",
                        "99 رسالة آمنة بانتظارك",
                        "100 رسالة آمنة بانتظارك");
        assertThat(Texts.in(Language.ENGLISH.locale()).get("reminder.waits", 1))
                .isEqualTo("It has waited for 1 day.");
    }

    @Test
    void anAddressKeepsItsOrderInAnArabicSentence() {
        assertThat(Texts.in(Language.ARABIC.locale()).get("notice.about", "Re: x (1)"))
                .isEqualTo("الموضوع: \u2068Re: x (1)\u2069");
    }

    private static Map<String, Set<String>> arguments(Language language) {
        Map<String, Set<String>> arguments = new TreeMap<>();
        texts(language).forEach((key, text) -> arguments.put(key, arguments(text)));
        return arguments;
    }

    private static Set<String> arguments(String text) {
        Set<String> names = new TreeSet<>();
        MessagePattern pattern = new MessagePattern(text);
        for (int i = 0; i < pattern.countParts(); i++) {
            if (pattern.getPartType(i) == MessagePattern.Part.Type.ARG_NUMBER) {
                names.add(pattern.getSubstring(pattern.getPart(i)));
            }
        }
        return names;
    }

    private static Set<String> plurals(String text) {
        Set<String> forms = new TreeSet<>();
        MessagePattern pattern = new MessagePattern(text);
        boolean plural = false;
        for (int i = 0; i < pattern.countParts(); i++) {
            MessagePattern.Part part = pattern.getPart(i);
            plural |=
                    part.getType() == MessagePattern.Part.Type.ARG_START
                            && part.getArgType() == ArgType.PLURAL;
            if (plural && part.getType() == MessagePattern.Part.Type.ARG_SELECTOR) {
                forms.add(pattern.getSubstring(part));
            }
        }
        return forms;
    }

    private static Map<String, String> texts(Language language) {
        String name =
                language == Language.ENGLISH
                        ? "texts.properties"
                        : "texts_" + language.tag() + ".properties";
        Properties bundle = new Properties();
        try (Reader in =
                new InputStreamReader(
                        Objects.requireNonNull(
                                BundlesTest.class.getResourceAsStream(
                                        "/org/postern/notifications/" + name)),
                        StandardCharsets.UTF_8)) {
            bundle.load(in);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        Map<String, String> texts = new TreeMap<>();
        bundle.forEach((key, text) -> texts.put(key.toString(), text.toString()));
        return texts;
    }
}
