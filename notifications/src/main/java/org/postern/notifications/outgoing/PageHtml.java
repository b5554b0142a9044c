package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// A page as text/html for mail clients: tables and inline styles, nothing fetched from anywhere,
/// the colours of the portal in both themes.
final class PageHtml {

    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");
    private static final String SHELL = load();

    private PageHtml() {}

    static String of(Page page) {
        Map<String, String> values =
                Map.of(
                        "language", escape(page.texts().language()),
                        "direction", escape(page.texts().direction()),
                        "heading", escape(page.heading()),
                        "organisation", escape(page.footer().getFirst()),
                        "blocks",
                                page.blocks().stream()
                                        .map(PageHtml::html)
                                        .collect(Collectors.joining()),
                        "footer",
                                page.footer().stream()
                                        .map(PageHtml::escape)
                                        .collect(Collectors.joining("<br>\n")));
        return fill(SHELL, values);
    }

    private static String html(Page.Block block) {
        return switch (block) {
            case Page.Block.Paragraph(String text) ->
                    fill(
                            """
                            <p class="ink" style="margin:0 0 16px 0;font-size:17px;line-height:1.6;color:#1B1F24;">{{text}}</p>
                            """,
                            Map.of("text", escape(text)));
            case Page.Block.Lines(String label, List<String> lines) ->
                    fill(
                            """
                            <p class="ink" style="margin:0 0 16px 0;font-size:17px;line-height:1.6;color:#1B1F24;">{{label}}<br>
                            {{lines}}</p>
                            """,
                            Map.of(
                                    "label",
                                    escape(label),
                                    "lines",
                                    lines.stream()
                                            .map(line -> "• " + escape(line))
                                            .collect(Collectors.joining("<br>\n"))));
            case Page.Block.Button button ->
                    fill(
                            """
                            <table role="presentation" class="wide" cellpadding="0" cellspacing="0" border="0" style="margin:8px 0 24px 0;"><tr>
                            <td class="button" bgcolor="#0B5C5C" style="background-color:#0B5C5C;border-radius:10px;">\
                            <a class="on-button" href="{{target}}" style="display:inline-block;padding:13px 28px;font-size:17px;line-height:22px;font-weight:600;color:#FFFFFF;text-decoration:none;">{{label}}</a></td>
                            </tr></table>
                            """,
                            Map.of(
                                    "target",
                                    escape(button.target().toString()),
                                    "label",
                                    escape(button.label())));
            case Page.Block.Code code ->
                    fill(
                            """
                            <p class="ink" style="margin:0 0 12px 0;font-size:17px;line-height:1.6;color:#1B1F24;">{{label}}</p>
                            <p style="margin:0 0 24px 0;"><span class="well ink" style="display:inline-block;padding:12px 20px;\
                            font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:26px;line-height:32px;letter-spacing:2px;\
                            white-space:nowrap;color:#1B1F24;background-color:#FBFAF7;border:1px solid #E3E0D8;border-radius:10px;" dir="ltr">{{code}}</span></p>
                            """,
                            Map.of("label", escape(code.label()), "code", escape(code.code())));
            case Page.Block.Note(String question, String answer) ->
                    fill(
                            """
                            <p class="muted line" style="margin:24px 0 0 0;padding:16px 0 0 0;border-top:1px solid #E3E0D8;\
                            font-size:14px;line-height:1.5;color:#56606B;"><strong>{{question}}</strong> {{answer}}</p>
                            """,
                            Map.of("question", escape(question), "answer", escape(answer)));
        };
    }

    /// One pass, so that a value is never taken for a place.
    private static String fill(String template, Map<String, String> values) {
        return PLACE.matcher(template)
                .replaceAll(place ->
                        Matcher.quoteReplacement(requireNonNull(values.get(place.group(1)))));
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String load() {
        try (InputStream shell = requireNonNull(PageHtml.class.getResourceAsStream("page.html"))) {
            return new String(shell.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
