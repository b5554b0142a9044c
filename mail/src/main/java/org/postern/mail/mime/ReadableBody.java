package org.postern.mail.mime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// What of a message a reader is shown, and what is offered for download. Nothing is in neither,
/// nothing in both.
///
/// @param texts what the author wrote, in order; most messages have one
/// @param inlineImages images with a Content-ID that HTML may refer to (RFC 2392); one that it does
///   not refer to should be listed with the attachments
/// @param attachments everything else; an attached message is offered whole, as `.eml`
public record ReadableBody(
        List<Text> texts, List<Part> inlineImages, List<Attachment> attachments) {

    /// A page shows so many texts; a message made of more is an attack or an archive.
    static final int MOST_TEXTS = 20;

    public ReadableBody {
        texts = List.copyOf(texts);
        inlineImages = List.copyOf(inlineImages);
        attachments = List.copyOf(attachments);
    }

    /// One text in the forms that its author gave it (RFC 2046, section 5.1.4); at least one is
    /// there.
    public record Text(Optional<Part> html, Optional<Part> plain) {

        /// The richer form.
        public Part best() {
            return html.or(this::plain).orElseThrow();
        }
    }

    /// Chooses by structure alone: no content is read.
    public static ReadableBody choose(PartIndex index) {
        return new Choice(index).make();
    }

    /// Whether any text is HTML.
    public boolean hasHtml() {
        return texts.stream().anyMatch(text -> text.html().isPresent());
    }

    private static final class Choice {

        private final PartIndex index;
        private final List<List<Part>> children = new ArrayList<>();
        private final List<Text> texts = new ArrayList<>();
        private final List<Part> images = new ArrayList<>();
        private final List<Part> others = new ArrayList<>();

        Choice(PartIndex index) {
            this.index = index;
            index.parts().forEach(part -> children.add(new ArrayList<>()));
            index.parts().stream()
                    .filter(part -> part.parent() > 0)
                    .forEach(part -> childrenOf(index.part(part.parent())).add(part));
        }

        private List<Part> childrenOf(Part part) {
            return children.get(part.number() - 1);
        }

        ReadableBody make() {
            visit(index.root(), true, false);
            boolean html = texts.stream().anyMatch(text -> text.html().isPresent());
            if (!html) {
                others.addAll(images); // nothing could refer to them
                images.clear();
            }
            var names = new AttachmentNames();
            others.sort((a, b) -> Integer.compare(a.number(), b.number()));
            return new ReadableBody(texts, images, others.stream().map(names::name).toList());
        }

        /// @param isBody whether a file name does not make a text an attachment here: it is the
        ///   body, or a form of it
        /// @param inRelated whether siblings may refer to this part (RFC 2387)
        private void visit(Part part, boolean isBody, boolean inRelated) {
            if (part.kind() == PartKind.MULTIPART) {
                visitMultipart(part, isBody);
            } else if (isText(part, isBody)) {
                add(
                        isHtml(part)
                                ? new Text(Optional.of(part), Optional.empty())
                                : new Text(Optional.empty(), Optional.of(part)));
            } else if (isInlineImage(part, inRelated)) {
                images.add(part);
            } else {
                others.add(part);
            }
        }

        private void visitMultipart(Part part, boolean isBody) {
            if (part.mediaType().equals("multipart/alternative")) {
                visitAlternatives(part);
                return;
            }
            boolean related = part.mediaType().equals("multipart/related");
            boolean first = true;
            for (Part child : childrenOf(part)) {
                visit(child, isBody && first && related, related && !first);
                first = false;
            }
        }

        /// The forms of one text; the last is the best (RFC 2046, section 5.1.4), if it is not
        /// poorer: HTML before plain text. A form may be made of several texts (Apple Mail puts
        /// attachments between them). What is no text, such as an invitation, goes with the
        /// attachments, and so does a text that is not chosen.
        private void visitAlternatives(Part part) {
            int before = texts.size();
            var forms = new ArrayList<List<Text>>();
            for (Part child : childrenOf(part)) {
                visit(child, true, false);
                List<Text> added = texts.subList(before, texts.size());
                if (!added.isEmpty()) {
                    forms.add(List.copyOf(added));
                    added.clear();
                }
            }
            if (forms.isEmpty()) {
                return;
            }
            List<Text> best = last(forms.stream().filter(Choice::hasHtml)).orElse(forms.getLast());
            Optional<List<Text>> plain =
                    last(forms.stream()
                                    .filter(form ->
                                            !form.equals(best)
                                                    && form.size() == 1
                                                    && !hasHtml(form)))
                            .filter(form -> best.getFirst().plain().isEmpty());
            forms.stream()
                    .filter(form -> !form.equals(best) && !Optional.of(form).equals(plain))
                    .flatMap(List::stream)
                    .forEach(this::offer);
            add(
                    new Text(
                            best.getFirst().html(),
                            plain.map(List::getFirst).orElse(best.getFirst()).plain()));
            best.stream().skip(1).forEach(this::add);
        }

        private static boolean hasHtml(List<Text> form) {
            return form.stream().anyMatch(text -> text.html().isPresent());
        }

        private static Optional<List<Text>> last(Stream<List<Text>> forms) {
            return forms.reduce((first, second) -> second);
        }

        private void offer(Text text) {
            text.html().ifPresent(others::add);
            text.plain().ifPresent(others::add);
        }

        private void add(Text text) {
            if (texts.size() < MOST_TEXTS) {
                texts.add(text);
                return;
            }
            offer(text);
        }

        private static boolean isText(Part part, boolean isBody) {
            return part.kind() == PartKind.LEAF
                    && (isHtml(part) || part.mediaType().equals("text/plain"))
                    && part.disposition() != Disposition.ATTACHMENT
                    && part.transferEncoding() != TransferEncoding.OTHER
                    && (isBody || part.fileName().isEmpty());
        }

        private static boolean isHtml(Part part) {
            return part.mediaType().equals("text/html");
        }

        private static boolean isInlineImage(Part part, boolean inRelated) {
            return part.kind() == PartKind.LEAF
                    && part.isOfType("image")
                    && part.contentId().isPresent()
                    && (inRelated || part.disposition() == Disposition.INLINE);
        }
    }
}
