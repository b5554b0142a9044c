package org.postern.notifications.outgoing;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Locale;
import org.postern.notifications.words.Words;

/// The words of our mail in one language; English where there is no translation.
public final class Texts {

    private static final Words WORDS =
            new Words("org.postern.notifications.texts", Texts.class.getClassLoader());

    private final Locale language;

    private Texts(Locale language) {
        this.language = language;
    }

    /// The texts nearest to `language`; never those of the server's own locale.
    public static Texts in(Locale language) {
        return new Texts(Locale.forLanguageTag(WORDS.get(language, "language")));
    }

    /// The language these texts are in, as in `Content-Language` (RFC 3282).
    public String language() {
        return language.toLanguageTag();
    }

    /// `ltr` or `rtl`.
    public String direction() {
        return get("direction");
    }

    /// A text with its `{0}`, `{1}` filled in.
    public String get(String key, Object... values) {
        return WORDS.get(language, key, values);
    }

    /// A day, as people write it.
    public String day(Instant time) {
        return text(time, DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG));
    }

    /// A day and a time of day, as people write them.
    public String time(Instant time) {
        return text(
                time, DateTimeFormatter.ofLocalizedDateTime(FormatStyle.LONG, FormatStyle.LONG));
    }

    private String text(Instant time, DateTimeFormatter format) {
        return format.withLocale(language).format(time.atZone(ZoneOffset.UTC));
    }
}
