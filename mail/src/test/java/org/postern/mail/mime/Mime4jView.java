package org.postern.mail.mime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.james.mime4j.MimeException;
import org.apache.james.mime4j.parser.AbstractContentHandler;
import org.apache.james.mime4j.parser.MimeStreamParser;
import org.apache.james.mime4j.stream.BodyDescriptor;
import org.apache.james.mime4j.stream.Field;
import org.apache.james.mime4j.stream.MimeConfig;

/// A message as mime4j's parser sees it and as our index sees it, both written in the form of the
/// corpus' `.xml` files, without preambles and epilogues, which are no parts.
final class Mime4jView {

    private static final MimeConfig CONFIG =
            MimeConfig.custom().setMaxLineLen(-1).setMaxHeaderLen(-1).setMaxHeaderCount(-1).build();

    private Mime4jView() {}

    static String of(byte[] content) throws MimeException, IOException {
        var writer = new Writer();
        parse(content, writer, false);
        return writer.xml.toString();
    }

    /// SHA-256 of every decoded body, in order.
    static List<String> digests(byte[] content) throws MimeException, IOException {
        var digests = new ArrayList<String>();
        var handler =
                new AbstractContentHandler() {
                    @Override
                    public void body(BodyDescriptor descriptor, InputStream body)
                            throws IOException {
                        digests.add(sha256(body.readAllBytes()));
                    }
                };
        parse(content, handler, true);
        return digests;
    }

    private static void parse(byte[] content, AbstractContentHandler handler, boolean decoded)
            throws MimeException, IOException {
        var parser = new MimeStreamParser(CONFIG);
        parser.setContentDecoding(decoded);
        parser.setContentHandler(handler);
        parser.parse(new ByteArrayInputStream(content));
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;");
    }

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static final class Writer extends AbstractContentHandler {

        private final StringBuilder xml = new StringBuilder();

        private void tag(String name) {
            xml.append('<').append(name).append(">\r\n");
        }

        @Override
        public void startMessage() {
            tag("message");
        }

        @Override
        public void endMessage() {
            tag("/message");
        }

        @Override
        public void startHeader() {
            tag("header");
        }

        @Override
        public void endHeader() {
            tag("/header");
        }

        @Override
        public void startMultipart(BodyDescriptor descriptor) {
            tag("multipart");
        }

        @Override
        public void endMultipart() {
            tag("/multipart");
        }

        @Override
        public void startBodyPart() {
            tag("body-part");
        }

        @Override
        public void endBodyPart() {
            tag("/body-part");
        }

        @Override
        public void field(Field field) {
            tag("field");
            xml.append(escape(latin1(field.getRaw().toByteArray())));
            tag("/field");
        }

        @Override
        public void body(BodyDescriptor descriptor, InputStream body) throws IOException {
            tag("body");
            xml.append(escape(latin1(body.readAllBytes())));
            tag("/body");
        }
    }
}
