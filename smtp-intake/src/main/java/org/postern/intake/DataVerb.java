package org.postern.intake;

import java.io.IOException;
import java.net.SocketTimeoutException;
import org.postern.intake.IntakeProperties.Patience;

/// DATA (RFC 5321, section 4.1.1.4).
final class DataVerb {

    private DataVerb() {}

    static void execute(IntakeSession session, String argument) throws IOException {
        if (session.connection().hasUnread()) {
            // DATA ends a group of commands (RFC 2920, section 3.1). What is behind it already can
            // only be a body nobody asked for; refused, it would be read as commands.
            session.end(Reply.OUT_OF_STEP);
            return;
        }
        if (!argument.isEmpty()) {
            session.reply(Reply.BAD_ARGUMENT);
            return;
        }
        IntakeTransaction transaction = session.transaction().orElse(null);
        if (transaction == null
                || transaction.recipientCount() == 0
                || transaction.content().isPresent()) {
            session.reply(Reply.BAD_SEQUENCE);
            return;
        }
        session.reply(Reply.START_MAIL);
        IncomingContent content = new IncomingContent(session, transaction);
        transaction.begin(content);
        Patience patience = session.surroundings().properties().patience();
        Deadline deadline = new Deadline(patience.requestDeadline(), patience.minBytesPerSecond());
        try {
            if (new DotTerminated(session.connection().wire(), deadline).readInto(content)) {
                content.finish();
            } else {
                session.end(Reply.TOO_MUCH_DATA);
            }
        } catch (SocketTimeoutException e) {
            session.end(Reply.TIMEOUT);
        } finally {
            session.resetTransaction();
        }
    }
}
