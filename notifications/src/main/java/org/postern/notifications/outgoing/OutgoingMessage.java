package org.postern.notifications.outgoing;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import org.postern.db.EmailAddress;

/// A mail ready to leave: its envelope (RFC 5321, section 2.3.1) and its content, complete.
///
/// Line ends are CRLF and nothing else, checked here for whatever composed it: a bare CR or LF lets
/// a lenient server see the end of the mail where there is none (SMTP smuggling, CVE-2023-51764).
public final class OutgoingMessage {

    private static final int LONGEST_LINE = 998; // RFC 5322, section 2.1.1

    private final Optional<EmailAddress> reversePath;
    private final EmailAddress forwardPath;
    private final byte[] content;
    private final boolean requireTls;

    /// @param reversePath empty for `<>` (RFC 5321, section 4.5.5)
    /// @param content header section and body (RFC 5322); not copied
    /// @throws IllegalArgumentException if a line of the content is too long or does not end in
    ///   CRLF
    public OutgoingMessage(
            Optional<EmailAddress> reversePath, EmailAddress forwardPath, byte[] content) {
        this(reversePath, forwardPath, content, false);
        requireLines(content);
    }

    private OutgoingMessage(
            Optional<EmailAddress> reversePath,
            EmailAddress forwardPath,
            byte[] content,
            boolean requireTls) {
        this.reversePath = reversePath;
        this.forwardPath = forwardPath;
        this.content = content;
        this.requireTls = requireTls;
    }

    /// The same, if `required` with the wish that it goes over TLS all the way (RFC 8689).
    public OutgoingMessage requiringTls(boolean required) {
        return new OutgoingMessage(reversePath, forwardPath, content, required);
    }

    /// The same that comes back to another address when it cannot be delivered; to the one it has
    /// if there is none.
    public OutgoingMessage returningTo(Optional<EmailAddress> address) {
        return new OutgoingMessage(address.or(() -> reversePath), forwardPath, content, requireTls);
    }

    public boolean requireTls() {
        return requireTls;
    }

    public Optional<EmailAddress> reversePath() {
        return reversePath;
    }

    public EmailAddress forwardPath() {
        return forwardPath;
    }

    public int sizeBytes() {
        return content.length;
    }

    public InputStream content() {
        return new ByteArrayInputStream(content);
    }

    public void writeTo(OutputStream out) throws IOException {
        out.write(content);
    }

    /// Whether only a server with SMTPUTF8 can take it (RFC 6531, section 3.1).
    public boolean needsUtf8() {
        return forwardPath.needsUtf8() || reversePath.filter(EmailAddress::needsUtf8).isPresent();
    }

    @Override
    public String toString() {
        return "OutgoingMessage[" + content.length + " bytes]";
    }

    private static void requireLines(byte[] content) {
        int lineStart = 0;
        for (int i = 0; i < content.length; i++) {
            byte octet = content[i];
            if (octet == '\r') {
                if (i + 1 == content.length || content[i + 1] != '\n') {
                    throw new IllegalArgumentException("a CR without LF");
                }
                if (i - lineStart > LONGEST_LINE) {
                    throw new IllegalArgumentException("a line of more than 998 octets");
                }
                i++;
                lineStart = i + 1;
            } else if (octet == '\n') {
                throw new IllegalArgumentException("an LF without CR");
            } else if (octet == 0) {
                throw new IllegalArgumentException("a NUL");
            }
        }
        if (content.length == 0 || lineStart != content.length) {
            throw new IllegalArgumentException("the last line does not end in CRLF");
        }
    }
}
