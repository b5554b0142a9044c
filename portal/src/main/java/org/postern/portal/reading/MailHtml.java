package org.postern.portal.reading;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.owasp.html.CssSchema;
import org.owasp.html.HtmlPolicyBuilder;
import org.owasp.html.PolicyFactory;

/// Makes hostile HTML fit to be shown: what is not on these lists is gone. No script, no form, no
/// style sheet, no name or id (DOM clobbering), no reference to any other server.
///
/// The result is shown in a sandboxed frame as well; either alone must hold.
final class MailHtml {

    private static final String[] ELEMENTS = {
        "abbr",
        "acronym",
        "address",
        "article",
        "aside",
        "b",
        "bdi",
        "bdo",
        "big",
        "blockquote",
        "br",
        "caption",
        "center",
        "cite",
        "code",
        "col",
        "colgroup",
        "dd",
        "del",
        "details",
        "dfn",
        "div",
        "dl",
        "dt",
        "em",
        "figcaption",
        "figure",
        "font",
        "footer",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "i",
        "ins",
        "kbd",
        "li",
        "main",
        "mark",
        "ol",
        "p",
        "pre",
        "q",
        "s",
        "samp",
        "section",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "summary",
        "sup",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "time",
        "tr",
        "tt",
        "u",
        "ul",
        "var",
        "wbr"
    };

    /// No position, no float over anything, nothing that fetches; the sanitiser drops `url()` from
    /// what is left.
    private static final List<String> CSS_PROPERTIES =
            List.of(
                    "background",
                    "background-color",
                    "border",
                    "border-bottom",
                    "border-bottom-color",
                    "border-bottom-style",
                    "border-bottom-width",
                    "border-collapse",
                    "border-color",
                    "border-left",
                    "border-left-color",
                    "border-left-style",
                    "border-left-width",
                    "border-radius",
                    "border-right",
                    "border-right-color",
                    "border-right-style",
                    "border-right-width",
                    "border-spacing",
                    "border-style",
                    "border-top",
                    "border-top-color",
                    "border-top-style",
                    "border-top-width",
                    "border-width",
                    "caption-side",
                    "color",
                    "direction",
                    "display",
                    "font",
                    "font-family",
                    "font-size",
                    "font-style",
                    "font-variant",
                    "font-weight",
                    "height",
                    "letter-spacing",
                    "line-height",
                    "list-style-type",
                    "margin",
                    "margin-bottom",
                    "margin-left",
                    "margin-right",
                    "margin-top",
                    "max-height",
                    "max-width",
                    "min-height",
                    "min-width",
                    "padding",
                    "padding-bottom",
                    "padding-left",
                    "padding-right",
                    "padding-top",
                    "table-layout",
                    "text-align",
                    "text-decoration",
                    "text-indent",
                    "text-transform",
                    "unicode-bidi",
                    "vertical-align",
                    "white-space",
                    "width",
                    "word-spacing",
                    "word-wrap");

    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,4}%?");
    private static final Pattern COLOUR = Pattern.compile("#?[0-9A-Za-z]{1,20}");
    private static final Pattern WORD = Pattern.compile("[A-Za-z]{1,20}");
    private static final Pattern LANGUAGE = Pattern.compile("[A-Za-z0-9-]{1,35}");
    private static final Pattern SIZE = Pattern.compile("[+-]?[0-9]{1,2}");
    private static final Pattern FONTS = Pattern.compile("[A-Za-z0-9 ,'_-]{1,200}");
    private static final Pattern DATA_IMAGE =
            Pattern.compile(
                    "data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*+",
                    Pattern.CASE_INSENSITIVE);

    /// Cleaning what is clean must change nothing; markup that keeps moving is not shown.
    private static final int MOST_ROUNDS = 3;

    private final String inlinePath;
    private final Function<String, Optional<Integer>> inlineImages;
    private final Set<Integer> shownParts = new HashSet<>();
    private int blockedPictures;

    private MailHtml(String inlinePath, Function<String, Optional<Integer>> inlineImages) {
        this.inlinePath = inlinePath;
        this.inlineImages = inlineImages;
    }

    /// @param html safe to be shown
    /// @param blockedPictures how many pictures of other servers were left out
    /// @param shownParts the inline images it shows
    record Clean(String html, int blockedPictures, Set<Integer> shownParts) {

        Clean {
            shownParts = Set.copyOf(shownParts);
        }
    }

    /// Cleans HTML of a message.
    ///
    /// @param inlinePath where this message's inline images are served, by part number
    /// @param inlineImages from Content-ID (RFC 2392) to part number
    /// @return empty if the markup does not come to rest
    static Optional<Clean> clean(
            String html, String inlinePath, Function<String, Optional<Integer>> inlineImages) {
        MailHtml cleaning = new MailHtml(inlinePath, inlineImages);
        PolicyFactory policy = cleaning.policy();
        String before = policy.sanitize(html);
        int blocked = cleaning.blockedPictures;
        for (int round = 1; round < MOST_ROUNDS; round++) {
            String after = policy.sanitize(before);
            if (after.equals(before)) {
                return Optional.of(new Clean(after, blocked, cleaning.shownParts));
            }
            before = after;
        }
        return policy.sanitize(before).equals(before)
                ? Optional.of(new Clean(before, blocked, cleaning.shownParts))
                : Optional.empty();
    }

    private PolicyFactory policy() {
        return new HtmlPolicyBuilder()
                .allowElements(ELEMENTS)
                .allowElements(MailHtml::link, "a")
                .allowElements("img")
                .allowUrlProtocols("http", "https", "mailto", "cid", "data")
                .allowAttributes("href")
                .matching((_, _, value) -> target(value))
                .onElements("a")
                .requireRelsOnLinks("noopener", "noreferrer", "nofollow")
                .allowAttributes("src")
                .matching((_, _, value) -> picture(value))
                .onElements("img")
                .allowAttributes("alt", "title")
                .matching((_, _, value) -> withoutBackticks(value))
                .globally()
                .allowAttributes("dir")
                .matching(true, "ltr", "rtl", "auto")
                .globally()
                .allowAttributes("lang")
                .matching(LANGUAGE)
                .globally()
                .allowAttributes("align", "valign", "type")
                .matching(WORD)
                .globally()
                .allowAttributes("bgcolor", "bordercolor", "color")
                .matching(COLOUR)
                .globally()
                .allowAttributes(
                        "border",
                        "cellpadding",
                        "cellspacing",
                        "colspan",
                        "height",
                        "hspace",
                        "rowspan",
                        "span",
                        "start",
                        "value",
                        "vspace",
                        "width")
                .matching(NUMBER)
                .globally()
                .allowAttributes("face")
                .matching(FONTS)
                .onElements("font")
                .allowAttributes("size")
                .matching(SIZE)
                .onElements("font")
                .allowStyling(CssSchema.withProperties(CSS_PROPERTIES))
                .toFactory();
    }

    /// A link opens a window of its own: nothing replaces our page.
    private static String link(String element, List<String> attributes) {
        if (attributes.contains("href")) {
            attributes.add("target");
            attributes.add("_blank");
        }
        return element;
    }

    private static @Nullable String target(String value) {
        String lower = value.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith("http://")
                        || lower.startsWith("https://")
                        || lower.startsWith("mailto:")
                ? value.strip().replace("`", "%60")
                : null;
    }

    /// Old browsers took a backtick for a quote; the sanitiser's remedy adds a space in each round,
    /// so that such markup would never come to rest.
    private static String withoutBackticks(String value) {
        return value.replace('`', '\'');
    }

    private @Nullable String picture(String value) {
        String source = value.strip();
        if (source.regionMatches(true, 0, "cid:", 0, 4)) {
            Optional<Integer> part = inlineImages.apply(PercentDecoder.decode(source.substring(4)));
            part.ifPresent(shownParts::add);
            return part.map(number -> inlinePath + number).orElse(null);
        }
        if (DATA_IMAGE.matcher(source).matches() || isOurs(source)) {
            return source;
        }
        blockedPictures++;
        return null;
    }

    /// What an earlier round has written.
    private boolean isOurs(String source) {
        return source.startsWith(inlinePath)
                && NUMBER.matcher(source.substring(inlinePath.length())).matches();
    }
}
