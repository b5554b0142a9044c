package org.postern.notifications.outgoing;

import java.text.MessageFormat;
import java.util.Locale;
import java.util.ResourceBundle;

/// The words of our mail in one language; English where there is no translation.
public final class Texts {

    private static final String BUNDLE = "org.postern.notifications.texts";

    private final ResourceBundle bundle;

    private Texts(ResourceBundle bundle) {
        this.bundle = bundle;
    }

    /// The texts nearest to `language`; never those of the server's own locale.
    public static Texts in(Locale language) {
        return new Texts(
                ResourceBundle.getBundle(
                        BUNDLE,
                        language,
                        ResourceBundle.Control.getNoFallbackControl(
                                ResourceBundle.Control.FORMAT_PROPERTIES)));
    }

    /// The language these texts are in, as in `Content-Language` (RFC 3282).
    public String language() {
        return bundle.getString("language");
    }

    /// `ltr` or `rtl`.
    public String direction() {
        return bundle.getString("direction");
    }

    /// A text with its `{0}`, `{1}` filled in.
    public String get(String key, String... values) {
        return new MessageFormat(bundle.getString(key), Locale.forLanguageTag(language()))
                .format(values);
    }
}
