package org.postern.intake;

import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/// STARTTLS (RFC 3207).
final class StartTlsVerb {

    private StartTlsVerb() {}

    static void execute(IntakeSession session, String argument) throws IOException {
        if (!argument.isEmpty()) {
            session.reply(Reply.BAD_ARGUMENT);
            return;
        }
        if (session.isSecure()) {
            session.reply(Reply.TLS_ALREADY);
            return;
        }
        Connection connection = session.connection();
        if (connection.hasUnread()) {
            // Plaintext that would be taken for something said under TLS (CVE-2011-0411).
            session.end(Reply.OUT_OF_STEP);
            return;
        }
        Optional<SSLContext> context = session.surroundings().tls().current();
        if (context.isEmpty()) {
            session.reply(Reply.NO_TLS_NOW);
            return;
        }
        session.say(Reply.START_TLS.line());
        session.forgetEverything();
        session.surroundings().tls().handshakes().make(connection, context.get());
    }
}
