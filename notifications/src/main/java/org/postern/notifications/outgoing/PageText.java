package org.postern.notifications.outgoing;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A page as text/plain (RFC 2046, section 4.1.3): lines of at most 76 characters, links on their
/// own.
final class PageText {

    private static final int WIDTH = 76;

    private PageText() {}

    static String of(Page page) {
        List<String> paragraphs = new ArrayList<>();
        paragraphs.add(wrap(page.heading()));
        page.blocks().forEach(block -> paragraphs.add(text(block)));
        paragraphs.add(
                page.footer().stream()
                        .map(PageText::wrap)
                        .collect(Collectors.joining("\n", "-- \n", ""))); // RFC 3676, section 4.3
        return String.join("\n\n", paragraphs) + "\n";
    }

    private static String text(Page.Block block) {
        return switch (block) {
            case Page.Block.Paragraph(String text) -> wrap(text);
            case Page.Block.Lines(String label, List<String> lines) ->
                    wrap(label)
                            + lines.stream()
                                    .map(line -> "\n" + wrap("* " + line))
                                    .collect(Collectors.joining());
            case Page.Block.Button button -> wrap(button.label() + ":") + "\n" + button.target();
            case Page.Block.Code code -> wrap(code.label()) + "\n\n    " + code.code();
            case Page.Block.Note(String question, String answer) -> wrap(question + " " + answer);
        };
    }

    private static String wrap(String text) {
        StringBuilder wrapped = new StringBuilder();
        int column = 0;
        for (String word : text.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                wrapped.append('\n');
                column = 0;
            } else if (column > 0) {
                wrapped.append(' ');
                column++;
            }
            wrapped.append(word);
            column += word.length();
        }
        return wrapped.toString();
    }
}
