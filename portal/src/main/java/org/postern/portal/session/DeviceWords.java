package org.postern.portal.session;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/// What a browser calls itself, in words by which its owner knows it again. Our own words alone:
/// nothing that a client sends is shown to anybody, and a name and a system fit too many to tell
/// one person from another.
public final class DeviceWords {

    /// In this order: most browsers also claim to be those further down (RFC 9110, section 10.1.5).
    private static final List<Word> BROWSERS =
            List.of(
                    new Word("Edg", "Edge"),
                    new Word("OPR/", "Opera"),
                    new Word("SamsungBrowser/", "Samsung Internet"),
                    new Word("Firefox/", "Firefox"),
                    new Word("FxiOS/", "Firefox"),
                    new Word("Chrome/", "Chrome"),
                    new Word("CriOS/", "Chrome"),
                    new Word("Safari/", "Safari"));

    private static final List<Word> SYSTEMS =
            List.of(
                    new Word("iPhone", "iPhone"),
                    new Word("iPad", "iPad"),
                    new Word("Android", "Android"),
                    new Word("CrOS", "ChromeOS"),
                    new Word("Windows", "Windows"),
                    new Word("Mac OS", "Mac"),
                    new Word("Linux", "Linux"));

    private DeviceWords() {}

    /// Of whoever sends this request.
    public static String of(HttpServletRequest request) {
        return words(request.getHeader(HttpHeaders.USER_AGENT));
    }

    /// For instance `Firefox, Windows`; empty for what we do not know.
    static String words(@Nullable String userAgent) {
        if (userAgent == null) {
            return "";
        }
        Optional<String> browser = find(BROWSERS, userAgent);
        Optional<String> system = find(SYSTEMS, userAgent);
        return browser.map(name -> system.map(of -> name + ", " + of).orElse(name))
                .or(() -> system)
                .orElse("");
    }

    private static Optional<String> find(List<Word> words, String userAgent) {
        return words.stream()
                .filter(word -> userAgent.contains(word.sign()))
                .map(Word::word)
                .findFirst();
    }

    private record Word(String sign, String word) {}
}
