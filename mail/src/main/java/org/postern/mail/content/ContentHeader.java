package org.postern.mail.content;

import java.io.IOException;
import java.io.InputStream;
import org.postern.crypto.Content;
import org.postern.db.store.MailRules;
import org.postern.mail.mime.HeaderLimitException;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.PartIndex;
import org.postern.mail.mime.SubjectTrigger;

/// The header section of an opened content, and what people see of it.
public final class ContentHeader {

    private ContentHeader() {}

    /// Reads the header section; one beyond its limits is shown as empty, and the original is
    /// offered.
    public static HeaderSection read(Content content, PartIndex index) throws IOException {
        long length = Math.min(index.root().bodyOffset(), HeaderSection.MOST_BYTES);
        try (InputStream in = content.stream(0, length)) {
            return HeaderSection.parse(in.readAllBytes());
        } catch (HeaderLimitException e) {
            return none();
        }
    }

    /// The subject without what marks it for encryption.
    public static String subject(HeaderSection header, MailRules rules) {
        return new SubjectTrigger(rules).shown(header.subject().orElse(""));
    }

    private static HeaderSection none() {
        try {
            return HeaderSection.parse(new byte[0]);
        } catch (HeaderLimitException e) {
            throw new IllegalStateException("nothing is within every limit", e);
        }
    }
}
