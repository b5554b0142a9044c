package org.postern.notifications.outgoing;

import java.net.URI;
import java.util.List;

/// The body of a mail, once for both of its forms, so that they say the same.
///
/// @param heading the first line: who, and what
/// @param footer whose mail this is: the organisation and its postal details
public record Page(Texts texts, String heading, List<Block> blocks, List<String> footer) {

    public Page {
        blocks = List.copyOf(blocks);
        footer = List.copyOf(footer);
    }

    /// One piece of it.
    public sealed interface Block {

        /// Plain words.
        record Paragraph(String text) implements Block {}

        /// A short list under its label.
        record Lines(String label, List<String> lines) implements Block {

            public Lines {
                lines = List.copyOf(lines);
            }

            @Override
            public String toString() {
                return "Lines[redacted]";
            }
        }

        /// The one thing to do.
        record Button(String label, URI target) implements Block {

            @Override
            public String toString() {
                return "Button[redacted]";
            }
        }

        /// Something to copy by hand.
        record Code(String label, String code) implements Block {

            @Override
            public String toString() {
                return "Code[redacted]";
            }
        }

        /// Small print with its question.
        record Note(String question, String answer) implements Block {}
    }

    @Override
    public String toString() {
        return "Page[redacted]";
    }
}
