package org.postern.mail.mime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the parts of a message in one pass over its content, in constant memory, and never fails
/// for what it reads.
///
/// The tree is the one mime4j's `MimeStreamParser` gives with its default, lenient configuration
/// (an outer boundary wins over an inner one; a malformed header line is skipped; a boundary behind
/// the last part is text); the offsets are ours. Whoever uses the budget up gets the rest of the
/// message as one opaque part.
public final class MimeIndexer {

    private final IndexBudget budget;

    public MimeIndexer(IndexBudget budget) {
        this.budget = budget;
    }

    /// Reads the content to its end.
    ///
    /// @throws IOException only if `content` does
    public PartIndex index(InputStream content) throws IOException {
        return new Pass(new ContentScanner(content), budget).run();
    }

    /// A part whose end is not known yet.
    private static final class OpenPart {

        final int number;
        final int parent;
        final ContentFields fields;
        final PartKind kind;
        final Optional<byte[]> delimiter;
        long headerOffset;
        long bodyOffset;
        boolean closed;

        OpenPart(
                int number,
                int parent,
                ContentFields fields,
                PartKind kind,
                Optional<byte[]> delimiter,
                long headerOffset,
                long bodyOffset) {
            this.number = number;
            this.parent = parent;
            this.fields = fields;
            this.kind = kind;
            this.delimiter = delimiter;
            this.headerOffset = headerOffset;
            this.bodyOffset = bodyOffset;
        }

        boolean isDelimited() {
            return delimiter.isPresent() && !closed;
        }

        Part endingAt(long end) {
            return new Part(
                    number,
                    parent,
                    kind,
                    fields.mediaType(),
                    fields.charset(),
                    kind == PartKind.OPAQUE ? TransferEncoding.IDENTITY : fields.transferEncoding(),
                    fields.disposition(),
                    fields.fileName(),
                    fields.contentId(),
                    headerOffset,
                    bodyOffset,
                    end - bodyOffset);
        }
    }

    private static final class Pass {

        private static final ContentFields OPAQUE =
                new ContentFields(
                        "application/octet-stream",
                        Optional.empty(),
                        Optional.empty(),
                        TransferEncoding.IDENTITY,
                        Disposition.ATTACHMENT,
                        Optional.empty(),
                        Optional.empty());

        private final ContentScanner scanner;
        private final IndexBudget budget;
        private final List<OpenPart> open = new ArrayList<>();
        private final List<Part> ended = new ArrayList<>();
        private int count;
        private long comparisons;
        private boolean complete = true;

        Pass(ContentScanner scanner, IndexBudget budget) {
            this.scanner = scanner;
            this.budget = budget;
        }

        PartIndex run() throws IOException {
            begin(0, false);
            while (complete && nextDelimiter()) {
                // every delimiter line ends, closes or begins parts
            }
            scanner.skipToEnd();
            end(0, scanner.offset());
            return PartIndex.of(ended, scanner.offset(), complete);
        }

        /// Goes past the next delimiter line of any open multipart; false at the end of the
        /// content.
        private boolean nextDelimiter() throws IOException {
            while (scanner.findDashes()) {
                int owner = ownerOfLine();
                if (!complete) {
                    return false;
                }
                if (owner < 0) {
                    scanner.skipLine();
                    continue;
                }
                end(owner + 1, scanner.endOfContentBefore());
                OpenPart multipart = open.get(owner);
                switch (scanner.skipDelimiter(multipart.delimiter.orElseThrow().length)) {
                    case CLOSED -> multipart.closed = true;
                    case NEXT_PART -> beginNext(owner, multipart);
                    case END_OF_CONTENT -> {
                        return false;
                    }
                }
                return true;
            }
            return false;
        }

        /// Which open multipart this line delimits, the outermost first; -1 if none.
        private int ownerOfLine() throws IOException {
            for (int i = 0; i < open.size(); i++) {
                OpenPart part = open.get(i);
                if (!part.isDelimited()) {
                    continue;
                }
                if (++comparisons > budget.comparisons()) {
                    end(i + 1, scanner.offset());
                    beginOpaque(part.number, scanner.offset());
                    return -1;
                }
                if (scanner.startsWith(part.delimiter.orElseThrow())) {
                    return i;
                }
            }
            return -1;
        }

        /// A delimiter right before the delimiter of an outer multipart begins nothing: the line
        /// end between them is the outer one's, so the inner multipart ends with its own delimiter.
        private void beginNext(int owner, OpenPart multipart) throws IOException {
            if (scanner.atDashes()) {
                int next = ownerOfLine();
                if (!complete || (next >= 0 && next < owner)) {
                    return;
                }
            }
            begin(multipart.number, multipart.fields.mediaType().equals(ContentFields.DIGEST));
        }

        /// Reads header sections from here on: of a part and, if that is a message, of the message
        /// in it, and so on.
        private void begin(int parent, boolean inDigest) throws IOException {
            int holder = parent;
            boolean digest = inDigest;
            while (true) {
                long start = scanner.offset();
                if (count == budget.parts() || open.size() == budget.depth()) {
                    beginOpaque(holder, start);
                    return;
                }
                Optional<HeaderSection> header = readHeader();
                if (!complete) {
                    return; // the comparisons were used up on the way
                }
                Optional<ContentFields> read =
                        header.isPresent()
                                ? Optional.of(ContentFields.of(header.get(), digest))
                                : Optional.empty();
                if (read.isEmpty() || read.get().boundary().filter(this::isTooLong).isPresent()) {
                    beginOpaque(holder, start);
                    return;
                }
                ContentFields fields = read.get();
                PartKind kind =
                        fields.isMultipart()
                                ? PartKind.MULTIPART
                                : fields.isReadableMessage() ? PartKind.MESSAGE : PartKind.LEAF;
                var part =
                        new OpenPart(
                                ++count,
                                holder,
                                fields,
                                kind,
                                fields.boundary().map(Pass::delimiter),
                                start,
                                scanner.offset());
                open.add(part);
                if (kind != PartKind.MESSAGE) {
                    return;
                }
                holder = part.number;
                digest = false;
            }
        }

        private boolean isTooLong(String boundary) {
            return boundary.length() > budget.boundaryBytes();
        }

        private static byte[] delimiter(String boundary) {
            byte[] delimiter = new byte[boundary.length() + 2];
            delimiter[0] = '-';
            delimiter[1] = '-';
            for (int i = 0; i < boundary.length(); i++) {
                delimiter[i + 2] = (byte) boundary.charAt(i);
            }
            return delimiter;
        }

        /// The header section that begins here; it ends at an empty line, at a delimiter, or with
        /// the content.
        private Optional<HeaderSection> readHeader() throws IOException {
            var bytes = new ByteArrayOutputStream();
            while (!scanner.atEnd()) {
                if (scanner.atDashes() && (ownerOfLine() >= 0 || !complete)) {
                    break;
                }
                boolean last = scanner.atEmptyLine();
                if (!scanner.copyLine(bytes, budget.headerBytes())) {
                    return Optional.empty();
                }
                if (last) {
                    break;
                }
            }
            try {
                return Optional.of(
                        HeaderSection.parse(
                                bytes.toByteArray(), budget.headerBytes(), budget.headerFields()));
            } catch (HeaderLimitException tooMany) {
                return Optional.empty();
            }
        }

        /// From `start` on nothing is looked at any more.
        private void beginOpaque(int parent, long start) {
            open.add(
                    new OpenPart(
                            ++count,
                            parent,
                            OPAQUE,
                            PartKind.OPAQUE,
                            Optional.empty(),
                            start,
                            start));
            complete = false;
        }

        /// Ends the open parts from `first` inwards. The line end before a delimiter is not theirs,
        /// even if it was the empty line after their header section.
        private void end(int first, long offset) {
            if (first >= open.size()) {
                return;
            }
            long end = Math.max(offset, open.get(first).headerOffset);
            while (open.size() > first) {
                OpenPart part = open.removeLast();
                part.headerOffset = Math.min(part.headerOffset, end);
                part.bodyOffset = Math.min(part.bodyOffset, end);
                ended.add(part.endingAt(end));
            }
        }
    }
}
