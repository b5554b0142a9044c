package org.postern.db;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A language in which we write mail and pages. The CHECK constraints of the mail database have the
/// same tags.
public enum Language {
    ENGLISH("en"),
    GERMAN("de"),
    FRENCH("fr"),
    SPANISH("es"),
    DUTCH("nl"),
    PORTUGUESE("pt"),
    POLISH("pl"),
    ARABIC("ar");

    private static final int LONGEST_HEADER = 500;

    private final String tag;

    Language(String tag) {
        this.tag = tag;
    }

    /// As it is stored, and as RFC 5646 has it.
    public String tag() {
        return tag;
    }

    public Locale locale() {
        return Locale.forLanguageTag(tag);
    }

    /// What people who speak it call it.
    public String ownName() {
        String name = locale().getDisplayLanguage(locale());
        return name.substring(0, 1).toUpperCase(locale()) + name.substring(1);
    }

    /// The language with this tag.
    public static Optional<Language> of(String tag) {
        return Arrays.stream(values()).filter(language -> language.tag.equals(tag)).findFirst();
    }

    /// The one that a reader likes best of ours (RFC 9110, section 12.5.4; looked up as RFC 4647,
    /// section 3.4 says).
    ///
    /// @param header as a browser sends `Accept-Language`
    public static Optional<Language> accepted(String header) {
        if (header.isBlank() || header.length() > LONGEST_HEADER) {
            return Optional.empty();
        }
        try {
            List<Locale.LanguageRange> liked = Locale.LanguageRange.parse(header);
            List<String> ours = Arrays.stream(values()).map(Language::tag).toList();
            return Optional.ofNullable(Locale.lookupTag(liked, ours)).flatMap(Language::of);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
