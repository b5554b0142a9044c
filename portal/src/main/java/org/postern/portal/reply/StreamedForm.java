package org.postern.portal.reply;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import org.apache.commons.fileupload2.core.DiskFileItem;
import org.apache.commons.fileupload2.core.DiskFileItemFactory;
import org.apache.commons.fileupload2.core.FileItemInput;
import org.apache.commons.fileupload2.core.FileItemInputIterator;
import org.apache.commons.fileupload2.jakarta.servlet6.JakartaServletFileUpload;
import org.jspecify.annotations.Nullable;

/// A multipart form read as it comes in, part by part: nothing of it is collected in memory or on
/// disk.
///
/// Its first field is the form token, so that a form is refused before the rest is looked at.
final class StreamedForm {

    private static final String ATTRIBUTE = StreamedForm.class.getName();
    private static final int LONGEST_TOKEN = 512;

    private final FileItemInputIterator parts;
    private final Field first;

    private StreamedForm(FileItemInputIterator parts, Field first) {
        this.parts = parts;
        this.first = first;
    }

    /// Reads the first field. A form whose first part is something else has an empty one.
    static StreamedForm begin(HttpServletRequest request) throws IOException {
        FileItemInputIterator parts =
                new JakartaServletFileUpload<DiskFileItem, DiskFileItemFactory>()
                        .getItemIterator(request);
        Field first = new Field("", "");
        if (parts.hasNext()) {
            FileItemInput part = parts.next();
            if (part.isFormField()) {
                first = new Field(name(part), text(part.getInputStream(), LONGEST_TOKEN));
            }
        }
        StreamedForm form = new StreamedForm(parts, first);
        request.setAttribute(ATTRIBUTE, form);
        return form;
    }

    /// The form of a request that passed [StreamedFormFilter].
    static Optional<StreamedForm> of(HttpServletRequest request) {
        return Optional.ofNullable((StreamedForm) request.getAttribute(ATTRIBUTE));
    }

    Field first() {
        return first;
    }

    /// The next part; what was not read of the one before is skipped.
    Optional<Part> next() throws IOException {
        return parts.hasNext() ? Optional.of(new Part(parts.next())) : Optional.empty();
    }

    /// Reads what is left and forgets it.
    void drain() throws IOException {
        while (parts.hasNext()) {
            parts.next();
        }
    }

    private static String name(FileItemInput part) {
        @Nullable String name = part.getFieldName();
        return name == null ? "" : name;
    }

    private static String text(InputStream in, int longestBytes) throws IOException {
        byte[] bytes = in.readNBytes(longestBytes + 1);
        if (bytes.length > longestBytes) {
            throw new FieldTooLongException();
        }
        return new String(bytes, UTF_8);
    }

    /// A short text of the form.
    record Field(String name, String value) {

        @Override
        public String toString() {
            return "Field[" + name + "]";
        }
    }

    /// One part, good until the next is asked for.
    static final class Part {

        private final FileItemInput part;

        private Part(FileItemInput part) {
            this.part = part;
        }

        String name() {
            return StreamedForm.name(part);
        }

        boolean isFile() {
            return !part.isFormField();
        }

        /// As the browser says: not to be believed.
        String fileName() {
            @Nullable String name = part.getName();
            return name == null ? "" : name;
        }

        /// As the browser says: not to be believed.
        String mediaType() {
            @Nullable String type = part.getContentType();
            return type == null ? "" : type;
        }

        InputStream bytes() throws IOException {
            return part.getInputStream();
        }

        String text(int longestBytes) throws IOException {
            return StreamedForm.text(bytes(), longestBytes);
        }
    }
}
