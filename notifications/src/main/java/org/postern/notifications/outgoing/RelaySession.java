package org.postern.notifications.outgoing;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.OutputStream;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// An SMTP client that knows how far it came, which its exceptions do not say.
final class RelaySession extends SMTPTransport {

    private Stage stage = Stage.CONNECTION;

    /// What the last reply was about.
    enum Stage {
        CONNECTION,
        REVERSE_PATH,
        FORWARD_PATH,
        CONTENT
    }

    RelaySession(Session session) {
        super(session, new URLName("smtp", null, -1, null, null, null));
    }

    Stage stage() {
        return stage;
    }

    @Override
    protected void mailFrom() throws MessagingException {
        stage = Stage.REVERSE_PATH;
        super.mailFrom();
    }

    @Override
    protected void rcptTo() throws MessagingException {
        stage = Stage.FORWARD_PATH;
        super.rcptTo();
    }

    @Override
    protected OutputStream data() throws MessagingException {
        stage = Stage.CONTENT;
        return super.data();
    }
}
