package org.postern.notifications.words;

import com.ibm.icu.text.MessageFormat;
import com.ibm.icu.util.ULocale;
import java.util.Locale;
import java.util.MissingResourceException;
import java.util.Optional;
import java.util.ResourceBundle;

/// A family of message bundles, one for each [org.postern.db.Language], English where there is no
/// translation. ICU formats them, since the JDK knows one and many, and Polish and Arabic have more
/// plurals than that. Thread-safe.
public final class Words {

    /// Text in it stands by itself, whichever way its own letters run (UAX #9, section 2.4.2): an
    /// address in an Arabic sentence keeps its order.
    private static final char ISOLATE = '\u2068';

    private static final char END_OF_ISOLATE = '\u2069';

    private final String family;
    private final ClassLoader loader;

    /// @param family the bundles' name, with dots
    /// @param loader that has them
    public Words(String family, ClassLoader loader) {
        this.family = family;
        this.loader = loader;
    }

    /// The message under this key with its `{0}`, `{1}` filled in.
    ///
    /// @throws MissingResourceException if there is none
    public String get(Locale language, String key, Object... values) {
        return format(language, bundle(language).getString(key), values);
    }

    /// The same; empty if there is no such message.
    public Optional<String> find(Locale language, String key, Object... values) {
        try {
            return Optional.of(get(language, key, values));
        } catch (MissingResourceException e) {
            return Optional.empty();
        }
    }

    /// Never in the language of the server.
    private ResourceBundle bundle(Locale language) {
        return ResourceBundle.getBundle(
                family,
                language,
                loader,
                ResourceBundle.Control.getNoFallbackControl(
                        ResourceBundle.Control.FORMAT_PROPERTIES));
    }

    private static String format(Locale language, String pattern, Object... values) {
        ULocale locale =
                new ULocale.Builder()
                        .setLocale(ULocale.forLocale(language))
                        .setUnicodeLocaleKeyword("nu", "latn") // as in our codes and dates
                        .build();
        Object[] filled = locale.isRightToLeft() ? isolated(values) : values;
        return new MessageFormat(pattern, locale).format(filled);
    }

    private static Object[] isolated(Object... values) {
        Object[] isolated = new Object[values.length];
        for (int i = 0; i < values.length; i++) {
            isolated[i] =
                    values[i] instanceof String text ? ISOLATE + text + END_OF_ISOLATE : values[i];
        }
        return isolated;
    }
}
