package org.postern.intake;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.db.ConnectorId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's session (RFC 5321, section 3): who it says it is, its mail transaction, how often
/// it erred. For one thread.
final class IntakeSession {

    private static final Logger log = LoggerFactory.getLogger(IntakeSession.class);

    private final Connection connection;
    private final Surroundings surroundings;
    private Optional<Greeting> greeting = Optional.empty();
    private Optional<ConnectorId> authenticated = Optional.empty();
    private @Nullable Client client;
    private @Nullable IntakeTransaction transaction;
    private int failedPasswords;
    private int errors;
    private int junk;
    private boolean ending;

    IntakeSession(Connection connection, Surroundings surroundings) {
        this.connection = connection;
        this.surroundings = surroundings;
    }

    /// What a client called itself.
    ///
    /// @param esmtp whether by EHLO
    record Greeting(String name, boolean esmtp) {}

    Connection connection() {
        return connection;
    }

    Surroundings surroundings() {
        return surroundings;
    }

    Optional<Greeting> greeting() {
        return greeting;
    }

    boolean isSecure() {
        return connection.tls().isPresent();
    }

    boolean isDraining() {
        return surroundings.connections().isDraining();
    }

    /// Who we talk to.
    Client client() {
        if (client == null) {
            client =
                    new Client(
                            connection.source(),
                            connection
                                    .tls()
                                    .flatMap(tls ->
                                            ClientCertificate.of(
                                                    tls,
                                                    surroundings.witnesses().authorities(),
                                                    surroundings.privateAuthorities())),
                            authenticated);
        }
        return client;
    }

    void authenticated(ConnectorId by) {
        authenticated = Optional.of(by);
        client = null;
    }

    /// A password was wrong; how often so far.
    int failedPassword() {
        return ++failedPasswords;
    }

    void greeted(Greeting by) {
        resetTransaction();
        greeting = Optional.of(by);
    }

    /// What was said before TLS counts for nothing (RFC 3207, section 4.2).
    void forgetEverything() {
        resetTransaction();
        greeting = Optional.empty();
        authenticated = Optional.empty();
        client = null;
    }

    boolean hasTransaction() {
        return transaction != null;
    }

    Optional<IntakeTransaction> transaction() {
        return Optional.ofNullable(transaction);
    }

    void begin(IntakeTransaction begun) {
        transaction = begun;
    }

    void resetTransaction() {
        if (transaction != null) {
            transaction.abandon();
            if (transaction.isCounted()) {
                surroundings.connections().endTransaction();
            }
            transaction = null;
        }
        connection.wire().wipe();
    }

    /// A message was accepted: its client is given a clean sheet.
    void resetErrors() {
        errors = 0;
        junk = 0;
    }

    boolean isEnding() {
        return ending;
    }

    /// Ends the session without a word.
    void end() {
        ending = true;
    }

    /// Ends the session with these last words.
    void end(Reply reply) {
        if (!ending) {
            ending = true;
            log.info("session ended: reply={}", reply);
            say(reply.line());
        }
    }

    void reply(Reply reply) {
        reply(reply, "");
    }

    void reply(Reply reply, String detail) {
        say(detail.isEmpty() ? reply.line() : reply.line() + " " + detail);
        if (reply.isPermanent() && ++errors > surroundings.properties().limits().errorLimit()) {
            end(Reply.TOO_MANY_ERRORS);
        }
    }

    /// Says what the next hop said.
    void repeat(HopReply reply) {
        say(reply.line());
        if (reply.isPermanent() && ++errors > surroundings.properties().limits().errorLimit()) {
            end(Reply.TOO_MANY_ERRORS);
        }
    }

    /// Answers what costs us a reply and brings no mail.
    void replyToJunk(Reply reply) {
        if (++junk > surroundings.properties().limits().junkLimit()) {
            end(Reply.TOO_MANY_ERRORS);
        } else {
            reply(reply);
        }
    }

    void say(String line) {
        try {
            connection.replies().line(line);
        } catch (IOException e) {
            ending = true; // nobody listens
        }
    }
}
