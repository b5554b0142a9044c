package org.postern.mail.mime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A message as our index sees it, cut out of the content by nothing but the index' offsets.
///
/// mime4j decodes an encoded message and looks inside, which offsets into the content cannot
/// express; here the decoded message is indexed on its own, as a reader of the downloaded `.eml`
/// would, and so compared all the same.
final class IndexView {

    private final byte[] content;
    private final PartIndex index;

    IndexView(byte[] content) throws IOException {
        this(
                content,
                new MimeIndexer(IndexBudget.DEFAULT).index(new ByteArrayInputStream(content)));
    }

    IndexView(byte[] content, PartIndex index) {
        this.content = content;
        this.index = index;
    }

    PartIndex index() {
        return index;
    }

    byte[] raw(Part part) {
        return Arrays.copyOfRange(content, (int) part.bodyOffset(), (int) part.end());
    }

    byte[] decoded(Part part) throws IOException {
        try (var body = DecodedPart.stream(part, new ByteArrayInputStream(raw(part)))) {
            return body.readAllBytes();
        }
    }

    private static boolean isEncodedMessage(Part part) {
        return part.kind() == PartKind.LEAF && part.mediaType().equals("message/rfc822");
    }

    String xml() throws IOException, HeaderLimitException {
        var xml = new StringBuilder();
        message(xml, index.root());
        return xml.toString();
    }

    private void message(StringBuilder xml, Part part) throws IOException, HeaderLimitException {
        xml.append("<message>\r\n");
        entity(xml, part);
        xml.append("</message>\r\n");
    }

    private void entity(StringBuilder xml, Part part) throws IOException, HeaderLimitException {
        xml.append("<header>\r\n");
        byte[] header =
                Arrays.copyOfRange(content, (int) part.headerOffset(), (int) part.bodyOffset());
        for (HeaderField field : HeaderSection.parse(header).fields()) {
            xml.append("<field>\r\n")
                    .append(Mime4jView.escape(Mime4jView.latin1(field.raw())))
                    .append("</field>\r\n");
        }
        xml.append("</header>\r\n");
        switch (part.kind()) {
            case MULTIPART -> {
                xml.append("<multipart>\r\n");
                for (Part child : index.childrenOf(part)) {
                    xml.append("<body-part>\r\n");
                    entity(xml, child);
                    xml.append("</body-part>\r\n");
                }
                xml.append("</multipart>\r\n");
            }
            case MESSAGE -> message(xml, index.childrenOf(part).getFirst());
            case LEAF -> {
                if (isEncodedMessage(part)) {
                    xml.append(new IndexView(decoded(part)).xml());
                } else {
                    xml.append("<body>\r\n")
                            .append(Mime4jView.escape(Mime4jView.latin1(raw(part))))
                            .append("</body>\r\n");
                }
            }
            case OPAQUE -> xml.append("<opaque/>\r\n");
        }
    }

    /// The decoded content of every leaf, in order.
    List<byte[]> leaves() throws IOException {
        var leaves = new ArrayList<byte[]>();
        for (Part part : index.parts()) {
            if (isEncodedMessage(part)) {
                leaves.addAll(new IndexView(decoded(part)).leaves());
            } else if (part.kind() == PartKind.LEAF) {
                leaves.add(decoded(part));
            }
        }
        return leaves;
    }
}
