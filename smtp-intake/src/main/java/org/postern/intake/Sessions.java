package org.postern.intake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.List;
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
    private final List<SourceRange> proxies;

    Sessions(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.proxies =
                surroundings.properties().proxies().stream().map(SourceRange::parse).toList();
    }

    @Override
    public SessionAcceptance accept(Session session) {
        if (!(session.getSocket() instanceof Connection connection)) {
            throw new IllegalStateException("not a connection of ours");
        }
        makeBuffersSmall(session);
        return refusal(connection)
                .map(reply -> SessionAcceptance.failure(reply.code(), reply.text()))
                .orElseGet(SessionAcceptance::success);
    }

    /// The library made its writer in the thread that listens, where the JDK gives one 24 KiB of
    /// buffers. Made again in this virtual thread it has 1.5 KiB, which grow if they must; replies
    /// are collected in [ReplyOutput] anyway, and most connections are idle.
    private static void makeBuffersSmall(Session session) {
        try {
            session.setSocket(session.getSocket());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Optional<Reply> refusal(Connection connection) {
        if (!isIntroduced(connection)) {
            return Optional.of(Reply.BAD_SEQUENCE); // nobody is left to hear it
        }
        Optional<Reply> refusal = surroundings.connections().add(connection);
        if (connection.isImplicitTls() && !handshake(connection)) {
            surroundings.connections().remove(connection);
            return Optional.of(Reply.NO_TLS_NOW); // nobody is left to hear it
        }
        return refusal;
    }

    /// Whoever is no load balancer of ours needs no introduction, and is believed none.
    private boolean isIntroduced(Connection connection) {
        InetAddress peer = connection.source();
        if (proxies.stream().noneMatch(proxy -> proxy.contains(peer))) {
            return true;
        }
        try {
            connection.readProxyHeader();
            return true;
        } catch (IOException e) {
            log.warn(
                    "no PROXY header: balancer={} reason={}",
                    peer.getHostAddress(),
                    e.getMessage());
            connection.cut();
            return false;
        }
    }

    private boolean handshake(Connection connection) {
        try {
            Optional<SSLContext> context = surroundings.tls().current();
            if (context.isPresent()) {
                surroundings.tls().handshakes().make(connection, context.get());
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
