package org.postern.notifications.outgoing;

import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.io.OutputStream;

/// Content that is complete, in the form in which the SMTP client takes it: written as it is.
final class RawMessage extends MimeMessage {

    private final OutgoingMessage complete;

    RawMessage(Session session, OutgoingMessage complete) {
        super(session);
        this.complete = complete;
    }

    @Override
    public void writeTo(OutputStream out, String[] ignored) throws IOException {
        complete.writeTo(out);
    }
}
