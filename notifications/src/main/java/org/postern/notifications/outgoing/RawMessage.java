package org.postern.notifications.outgoing;

import jakarta.mail.Session;
import java.io.IOException;
import java.io.OutputStream;
import org.eclipse.angus.mail.smtp.SMTPMessage;
import org.postern.db.EmailAddress;

/// Content that is complete, in the form in which the SMTP client takes it: written as it is.
final class RawMessage extends SMTPMessage {

    private final OutgoingMessage complete;

    RawMessage(Session session, OutgoingMessage complete) {
        super(session);
        this.complete = complete;
        setEnvelopeFrom(complete.reversePath().map(EmailAddress::text).orElse("<>"));
    }

    @Override
    public void writeTo(OutputStream out, String[] ignored) throws IOException {
        complete.writeTo(out);
    }
}
