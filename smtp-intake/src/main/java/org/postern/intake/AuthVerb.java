package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.crypto.ScramVerifier;
import org.postern.db.store.Tenant;
import org.postern.mail.door.Door;
import org.postern.mail.door.Snapshot;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// AUTH (RFC 4954): SCRAM-SHA-256 (RFC 7677), which never shows us the password, and PLAIN (RFC
/// 4616), which every mail server can. The user name is the connector's id.
final class AuthVerb {

    static final List<String> MECHANISMS = List.of("SCRAM-SHA-256", "PLAIN");

    private static final Logger log = LoggerFactory.getLogger(AuthVerb.class);

    private static final int MOST_FAILURES = 3;
    private static final Pattern ARGUMENT = Pattern.compile("([A-Za-z0-9_-]{1,20})(?: +(\\S+))?");

    private AuthVerb() {}

    /// Only where it can lead to anything.
    static boolean isOffered(IntakeSession session) {
        return snapshot(session).filter(Connectors::haveAnyPassword).isPresent();
    }

    static void execute(IntakeSession session, String argument) throws IOException {
        if (!isOffered(session)) {
            session.reply(Reply.NOT_IMPLEMENTED);
            return;
        }
        if (session.greeting().filter(IntakeSession.Greeting::esmtp).isEmpty()
                || session.hasTransaction()
                || session.client().authenticated().isPresent()) {
            session.reply(Reply.BAD_SEQUENCE); // RFC 4954, section 4: once, and outside of mail
            return;
        }
        Matcher parts = ARGUMENT.matcher(argument);
        if (!parts.matches()) {
            session.reply(Reply.BAD_ARGUMENT);
            return;
        }
        Dialogue dialogue = new Dialogue(session, Optional.ofNullable(parts.group(2)));
        try {
            switch (parts.group(1).toUpperCase(Locale.ROOT)) {
                case "SCRAM-SHA-256" -> scram(session, dialogue);
                case "PLAIN" -> plain(session, dialogue);
                default -> session.reply(Reply.UNKNOWN_MECHANISM);
            }
        } catch (Dialogue.OverException _) {
            // told by whoever ended it
        } catch (SocketTimeoutException e) {
            session.end(Reply.TIMEOUT);
        }
    }

    /// `authorization NUL user NUL password` (RFC 4616, section 2).
    private static void plain(IntakeSession session, Dialogue dialogue)
            throws IOException, Dialogue.OverException {
        String[] parts = dialogue.answer("").split("\0", -1);
        if (parts.length != 3 || !(parts[0].isEmpty() || parts[0].equals(parts[1]))) {
            session.reply(Reply.BAD_ARGUMENT);
            return;
        }
        Optional<Tenant.Connector> connector = connector(session, parts[1]);
        // The work is done for unknown names too: the time tells nothing.
        boolean right = verifier(connector, parts[1]).matches(parts[2]);
        conclude(session, connector.filter(_ -> right));
    }

    private static void scram(IntakeSession session, Dialogue dialogue)
            throws IOException, Dialogue.OverException {
        Optional<ScramExchange> begun = ScramExchange.begin(dialogue.answer(""));
        if (begun.isEmpty()) {
            session.reply(Reply.BAD_ARGUMENT);
            return;
        }
        ScramExchange exchange = begun.get();
        Optional<Tenant.Connector> connector = connector(session, exchange.user());
        ScramVerifier verifier = verifier(connector, exchange.user());
        String last = dialogue.answer(exchange.serverFirst(verifier));
        Optional<String> serverFinal = exchange.serverFinal(last, verifier);
        if (serverFinal.isPresent() && connector.isPresent()) {
            // The client is to see that we know the verifier before it goes on (RFC 5802, section
            // 3), and SMTP has no other place for it.
            dialogue.answer(serverFinal.get());
        }
        conclude(session, connector.filter(_ -> serverFinal.isPresent()));
    }

    private static void conclude(IntakeSession session, Optional<Tenant.Connector> connector) {
        if (connector.isPresent()) {
            session.authenticated(connector.get().id());
            log.info("client authenticated: connector={}", connector.get().id());
            session.reply(Reply.AUTHENTICATED);
            return;
        }
        log.warn("authentication failed: peer={}", session.connection().source().getHostAddress());
        int failures = session.failedPassword();
        LockSupport.parkNanos(
                session.surroundings().properties().patience().wrongPassword().toNanos());
        if (failures >= MOST_FAILURES) {
            session.end(Reply.TOO_MANY_ERRORS);
        } else {
            session.reply(Reply.WRONG_PASSWORD);
        }
    }

    private static Optional<Tenant.Connector> connector(IntakeSession session, String user) {
        return snapshot(session).flatMap(snapshot -> Connectors.withPassword(snapshot, user));
    }

    /// A malformed verifier fits no password; that is our fault, and the operator's to see.
    private static ScramVerifier verifier(Optional<Tenant.Connector> connector, String user) {
        return connector
                .flatMap(Tenant.Connector::passwordVerifier)
                .map(ScramVerifier::parse)
                .orElseGet(() -> UnknownUsers.verifier(user));
    }

    private static Optional<Snapshot> snapshot(IntakeSession session) {
        return session.surroundings().door().standing().map(Door.Standing::snapshot);
    }

    /// Challenges and answers in base64 (RFC 4954, section 4).
    private static final class Dialogue {

        private final IntakeSession session;
        private Optional<String> initial;

        Dialogue(IntakeSession session, Optional<String> initial) {
            this.session = session;
            this.initial = initial;
        }

        /// The client gave up, or what it said is no base64; it has been told.
        static final class OverException extends Exception {
            private static final long serialVersionUID = 1L;
        }

        /// What the client answers to this; what it said with AUTH itself answers the first.
        String answer(String challenge) throws IOException, OverException {
            String line;
            if (initial.isPresent()) {
                line = initial.get().equals("=") ? "" : initial.get();
                initial = Optional.empty();
            } else {
                session.say(
                        Reply.CHALLENGE.code()
                                + " "
                                + Base64.getEncoder().encodeToString(challenge.getBytes(UTF_8)));
                line = session.connection().feed().answer().orElseThrow(OverException::new);
            }
            if (line.equals("*")) {
                session.reply(Reply.AUTHENTICATION_CANCELLED);
                throw new OverException();
            }
            try {
                return new String(Base64.getDecoder().decode(line), UTF_8);
            } catch (IllegalArgumentException e) {
                session.reply(Reply.BAD_ARGUMENT);
                throw new OverException();
            }
        }
    }
}
