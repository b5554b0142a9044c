package org.postern.portal.reading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is left of hostile HTML. That browsers run none of it is shown in e2e.
class MailHtmlTest {

    private static final String INLINE = "/m/01a20a4d-4004-7b1b-985a-eb8e0fd2eedf/inline/";

    /// Every tag and attribute that may come out, so that anything else is found.
    private static final Pattern TAG =
            Pattern.compile("<(/?)([a-zA-Z0-9]+)((?:[^>\"]|\"[^\"]*\")*)>");

    private static final Pattern ATTRIBUTE = Pattern.compile("([^\\s=\"/]+)=\"([^\"]*)\"");
    private static final List<String> ATTRIBUTES =
            List.of(
                    "align",
                    "alt",
                    "bgcolor",
                    "border",
                    "bordercolor",
                    "cellpadding",
                    "cellspacing",
                    "color",
                    "colspan",
                    "dir",
                    "face",
                    "height",
                    "href",
                    "hspace",
                    "lang",
                    "rel",
                    "rowspan",
                    "size",
                    "span",
                    "src",
                    "start",
                    "style",
                    "target",
                    "title",
                    "type",
                    "valign",
                    "value",
                    "vspace",
                    "width");
    private static final List<String> NEVER =
            List.of(
                    "script",
                    "style",
                    "iframe",
                    "object",
                    "embed",
                    "form",
                    "input",
                    "button",
                    "textarea",
                    "select",
                    "svg",
                    "math",
                    "link",
                    "meta",
                    "base",
                    "noscript",
                    "template",
                    "video",
                    "audio",
                    "source",
                    "frame",
                    "frameset",
                    "applet",
                    "marquee",
                    "portal",
                    "dialog",
                    "slot",
                    "title",
                    "html",
                    "head",
                    "body");

    static Stream<String> vectors() throws IOException {
        try (InputStream in = MailHtmlTest.class.getResourceAsStream("/xss/h5sc-vectors.txt")) {
            String all = new String(in.readAllBytes(), UTF_8);
            return Stream.concat(
                    Stream.of(all), Arrays.stream(all.split("(?=<div id=\"[0-9]+\">)")));
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void nothingThatRunsOrFetchesIsLeft(String vector) {
        MailHtml.Clean clean = clean(vector);
        Matcher tags = TAG.matcher(clean.html());
        while (tags.find()) {
            assertThat(NEVER).doesNotContain(tags.group(2).toLowerCase(Locale.ROOT));
            Matcher attributes = ATTRIBUTE.matcher(tags.group(3));
            while (attributes.find()) {
                String name = attributes.group(1);
                String value = attributes.group(2).toLowerCase(Locale.ROOT);
                assertThat(ATTRIBUTES).contains(name);
                switch (name) {
                    case "href" -> assertThat(value).matches("(?:https?://|mailto:).*");
                    case "src" ->
                            assertThat(value)
                                    .matches(
                                            "data:image/(png|jpeg|gif|webp);base64,.*|"
                                                    + INLINE
                                                    + "[0-9]+");
                    case "style" ->
                            assertThat(value)
                                    .doesNotContain(
                                            "url(",
                                            "expression",
                                            "import",
                                            "position",
                                            "behavior",
                                            "binding",
                                            "\\");
                    default -> assertThat(value).doesNotContain("javascript:");
                }
            }
        }
        assertThat(TAG.matcher(clean.html()).replaceAll(""))
                .doesNotContain("<")
                .doesNotContain(">");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void cleaningWhatIsCleanChangesNothing(String vector) {
        String once = clean(vector).html();
        assertThat(clean(once).html()).isEqualTo(once);
    }

    @Test
    void thereAreVectorsToTry() throws IOException {
        assertThat(vectors()).hasSizeGreaterThan(130);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<img src=\"http://t.example/x.gif\" alt=\"Logo\">|1",
                "<img src=\"//t.example/x.gif\">|1",
                "<img src=\"/m/other/inline/1\">|1",
                "<img src=\"data:image/svg+xml;base64,AAAA\">|1",
                "<img src=\"data:image/png;base64,AAAA\">|0",
                "<p>none</p>|0"
            })
    void picturesOfOtherServersAreLeftOutAndCounted(String html, int blocked) {
        MailHtml.Clean clean = clean(html);
        assertThat(clean.blockedPictures()).isEqualTo(blocked);
        assertThat(clean.html()).doesNotContain("example/").doesNotContain("svg");
    }

    @Test
    void anInlineImageIsFetchedFromItsOwnMessage() {
        MailHtml.Clean clean = clean("<img src=\"cid:logo%40host\"><img src=\"CID:unknown\">");
        assertThat(clean.html()).isEqualTo("<img src=\"" + INLINE + "7\" />");
        assertThat(clean.shownParts()).containsExactly(7);
    }

    @Test
    void aLinkOpensAWindowOfItsOwnAndTellsNothing() {
        assertThat(clean("<a href=\"https://example.com/a?b=c\">x</a>").html())
                .contains("href=\"https://example.com/a?b&#61;c\"", "target=\"_blank\"")
                .contains("noopener", "noreferrer", "nofollow");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<a href=\"javascript:alert(1)\">x</a>",
                "<a href=\" &#1;javascript:alert(1)\">x</a>",
                "<a href=\"data:text/html,x\">x</a>",
                "<a href=\"cid:x\">x</a>",
                "<a href=\"/sign-out\">x</a>",
                "<a href=\"#top\" id=\"body\" name=\"cookie\">x</a>",
                "<form action=\"/sign-out\"><button>x</button></form>",
                "<noscript><style>x</style></noscript><style>@import 'x'</style>x",
                "<p style=\"position:fixed;background:url(http://t.example/)\">x</p>"
            })
    void whatLeadsOrReachesElsewhereIsGone(String html) {
        assertThat(clean(html).html())
                .doesNotContain(
                        "href", "id=", "name=", "form", "button", "style>", "position", "url");
        assertThat(clean(html).html()).contains("x");
    }

    @Test
    void deepNestingStaysBounded() {
        assertThat(clean("<div>".repeat(200_000)).html().length()).isLessThan(100_000);
    }

    private static MailHtml.Clean clean(String html) {
        return MailHtml.clean(
                        html,
                        INLINE,
                        id -> id.equals("logo@host") ? Optional.of(7) : Optional.empty())
                .orElseThrow();
    }
}
