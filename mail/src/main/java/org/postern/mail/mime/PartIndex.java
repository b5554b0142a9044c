package org.postern.mail.mime;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// The MIME tree of one message with exact byte offsets, so that one attachment can be read out of
/// a large message.
///
/// @param parts in the order of the content; part `n` is at `n - 1`, the message itself is the
///   first
/// @param contentLength how long the content is
/// @param complete whether everything was indexed; if not, the last part is opaque and the original
///   should be offered
public record PartIndex(List<Part> parts, long contentLength, boolean complete) {

    private static final byte VERSION = 1;

    public PartIndex {
        parts = List.copyOf(parts);
        check(parts, contentLength, complete);
    }

    static PartIndex of(Collection<Part> parts, long contentLength, boolean complete) {
        return new PartIndex(
                parts.stream().sorted(Comparator.comparingInt(Part::number)).toList(),
                contentLength,
                complete);
    }

    /// The message itself.
    public Part root() {
        return parts.getFirst();
    }

    public Part part(int number) {
        return parts.get(number - 1);
    }

    public Optional<Part> find(int number) {
        return number >= 1 && number <= parts.size() ? Optional.of(part(number)) : Optional.empty();
    }

    /// The parts directly inside this one, in order.
    public List<Part> childrenOf(Part holder) {
        return parts.stream().filter(part -> part.parent() == holder.number()).toList();
    }

    private static void check(List<Part> parts, long contentLength, boolean complete) {
        require(!parts.isEmpty(), "no part");
        long depthFirst = 0;
        for (int i = 0; i < parts.size(); i++) {
            Part part = parts.get(i);
            require(part.number() == i + 1, "numbers");
            require(
                    i == 0 ? part.parent() == 0 : part.parent() >= 1 && part.parent() <= i,
                    "parents");
            require(part.headerOffset() >= 0 && part.bodyLength() >= 0, "negative");
            require(
                    part.headerOffset() <= part.bodyOffset() && part.bodyOffset() <= part.end(),
                    "order");
            require(part.end() <= contentLength, "beyond the content");
            if (i > 0) {
                Part holder = parts.get(part.parent() - 1);
                require(
                        holder.kind() == PartKind.MULTIPART || holder.kind() == PartKind.MESSAGE,
                        "a leaf holds none");
                require(
                        part.headerOffset() >= holder.bodyOffset() && part.end() <= holder.end(),
                        "nesting");
                require(part.headerOffset() >= depthFirst, "sequence");
            }
            require(
                    part.kind() != PartKind.OPAQUE || (!complete && i == parts.size() - 1),
                    "opaque");
            depthFirst = part.headerOffset();
        }
        require(
                complete || parts.getLast().kind() == PartKind.OPAQUE,
                "incomplete without an opaque part");
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new PartIndexException("not a part index: " + what);
        }
    }

    /// Compact bytes, to be sealed: they hold file names.
    ///
    /// `version | complete | length | count | part*`, a part being `parent | kind | encoding |
    /// disposition | header offset | body offset - header offset | body length | media type |
    /// charset? | file name? | content id?`; numbers in 7-bit groups, the lowest first; a text is
    /// its length in bytes plus 1 and UTF-8, an absent one is 0.
    public byte[] encode() {
        var out = new ByteArrayOutputStream();
        out.write(VERSION);
        out.write(complete ? 1 : 0);
        write(out, contentLength);
        write(out, parts.size());
        for (Part part : parts) {
            write(out, part.parent());
            out.write(part.kind().code());
            out.write(part.transferEncoding().code());
            out.write(part.disposition().code());
            write(out, part.headerOffset());
            write(out, part.bodyOffset() - part.headerOffset());
            write(out, part.bodyLength());
            write(out, Optional.of(part.mediaType()));
            write(out, part.charset());
            write(out, part.fileName());
            write(out, part.contentId());
        }
        return out.toByteArray();
    }

    private static void write(ByteArrayOutputStream out, long number) {
        long rest = number;
        while (rest > 0x7f) {
            out.write((int) (rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static void write(ByteArrayOutputStream out, Optional<String> text) {
        byte[] bytes =
                text.map(value -> value.getBytes(StandardCharsets.UTF_8)).orElse(new byte[0]);
        write(out, text.isPresent() ? bytes.length + 1L : 0);
        out.writeBytes(bytes);
    }

    /// Reads what [#encode()] wrote and nothing else: one index has one encoding.
    ///
    /// @throws PartIndexException whatever is wrong
    public static PartIndex decode(byte[] encoded) {
        PartIndex index = new Reader(ByteBuffer.wrap(encoded)).read();
        require(Arrays.equals(index.encode(), encoded), "not canonical");
        return index;
    }

    private record Reader(ByteBuffer in) {

        private static final int SHORTEST_PART = 8;

        PartIndex read() {
            require(octet() == VERSION, "version");
            int complete = octet();
            long contentLength = number();
            long count = number();
            require(count <= in.remaining() / SHORTEST_PART, "count");
            var parts = new ArrayList<Part>();
            for (int i = 1; i <= count; i++) {
                parts.add(part(i));
            }
            require(!in.hasRemaining() && complete <= 1, "trailing bytes");
            return new PartIndex(parts, contentLength, complete == 1);
        }

        private Part part(int number) {
            long parent = number();
            require(parent < number, "parents");
            PartKind kind = oneOf(PartKind.values());
            TransferEncoding encoding = oneOf(TransferEncoding.values());
            Disposition disposition = oneOf(Disposition.values());
            long headerOffset = number();
            long bodyOffset = headerOffset + number();
            long bodyLength = number();
            String mediaType =
                    text().orElseThrow(
                                    () -> new PartIndexException("not a part index: media type"));
            Optional<String> charset = text();
            Optional<String> fileName = text();
            Optional<String> contentId = text();
            return new Part(
                    number,
                    (int) parent,
                    kind,
                    mediaType,
                    charset,
                    encoding,
                    disposition,
                    fileName,
                    contentId,
                    headerOffset,
                    bodyOffset,
                    bodyLength);
        }

        private int octet() {
            require(in.hasRemaining(), "truncated");
            return in.get() & 0xff;
        }

        private <E extends Coded> E oneOf(E[] values) {
            int code = octet();
            for (E value : values) {
                if (value.code() == code) {
                    return value;
                }
            }
            throw new PartIndexException("not a part index: unknown value");
        }

        private long number() {
            long number = 0;
            for (int shift = 0; shift < 56; shift += 7) {
                int octet = octet();
                number |= (long) (octet & 0x7f) << shift;
                if (octet < 0x80) {
                    return number;
                }
            }
            throw new PartIndexException("not a part index: number");
        }

        private Optional<String> text() {
            long length = number();
            if (length == 0) {
                return Optional.empty();
            }
            require(length - 1 <= in.remaining(), "truncated");
            ByteBuffer bytes = in.slice(in.position(), (int) length - 1);
            in.position(in.position() + (int) length - 1);
            try {
                return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
            } catch (CharacterCodingException notUtf8) {
                throw new PartIndexException("not a part index: text");
            }
        }
    }
}
