package org.postern.notifications.outgoing;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.URLName;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.eclipse.angus.mail.smtp.SMTPTransport;

/// An SMTP client that knows how far it came, which its exceptions do not say, and waits longer for
/// the last reply than for others.
final class RelaySession extends SMTPTransport {

    /// Giving up early on the reply to the final dot makes duplicates (RFC 1047).
    private static final int PATIENCE_AT_THE_END = 5;

    private final long madeAt = System.nanoTime();
    private volatile long restsSince = madeAt;
    private Stage stage = Stage.CONNECTION;
    private boolean complete;

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

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - madeAt);
    }

    /// Its mail was handed over; another may come.
    void rest() {
        restsSince = System.nanoTime();
    }

    boolean restsFor(Duration time) {
        return System.nanoTime() - restsSince >= time.toNanos();
    }

    /// Whether the relay is still there, after a rest.
    boolean answers() {
        stage = Stage.CONNECTION;
        complete = false;
        return isConnected();
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

    @Override
    protected void finishData() throws IOException, MessagingException {
        complete = true;
        super.finishData();
    }

    @Override
    protected int readServerResponse() throws MessagingException {
        for (int tries = 1; ; tries++) {
            try {
                return super.readServerResponse();
            } catch (MessagingException e) {
                boolean silent = e.getCause() instanceof SocketTimeoutException;
                if (!silent || !complete || tries == PATIENCE_AT_THE_END) {
                    throw e;
                }
            }
        }
    }
}
