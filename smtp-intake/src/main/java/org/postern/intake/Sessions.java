package org.postern.intake;

import java.io.IOException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.server.Session;
import org.subethamail.smtp.server.SessionHandler;

/// Sessions begin and end here: before the greeting a connection is counted in and, on the port
/// where TLS comes first, the handshake is made.
final class Sessions implements SessionHandler {

    private static final Logger log = LoggerFactory.getLogger(Sessions.class);

    private final Surroundings surroundings;

    Sessions(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public SessionAcceptance accept(Session session) {
        if (!(session.getSocket() instanceof Connection connection)) {
            throw new IllegalStateException("not a connection of ours");
        }
        return refusal(connection)
                .map(reply -> SessionAcceptance.failure(reply.code(), reply.text()))
                .orElseGet(SessionAcceptance::success);
    }

    private Optional<Reply> refusal(Connection connection) {
        Optional<Reply> refusal = surroundings.connections().add(connection);
        if (connection.isImplicitTls() && !handshake(connection)) {
            surroundings.connections().remove(connection);
            return Optional.of(Reply.NO_TLS_NOW); // nobody is left to hear it
        }
        return refusal;
    }

    private boolean handshake(Connection connection) {
        try {
            Optional<SSLContext> context = surroundings.tls().current();
            if (context.isPresent()) {
                Handshakes.make(connection, context.get());
                return true;
            }
        } catch (IOException _) {
            // told by whoever made it
        } catch (RuntimeException e) {
            log.error("no certificate can be had", e);
        }
        connection.cut();
        return false;
    }

    @Override
    public void onSessionEnd(Session session) {
        if (session.getSocket() instanceof Connection connection) {
            surroundings.connections().remove(connection);
            connection.session().forgetEverything();
        }
    }
}
