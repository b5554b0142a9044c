package org.postern.intake;

import static org.postern.intake.Reply.BAD_ARGUMENT;
import static org.postern.intake.Reply.BROKEN;
import static org.postern.intake.Reply.BYE;
import static org.postern.intake.Reply.CANNOT_VERIFY;
import static org.postern.intake.Reply.NOT_IMPLEMENTED;
import static org.postern.intake.Reply.OK;
import static org.postern.intake.Reply.SYNTAX;
import static org.postern.intake.Reply.TLS_REQUIRED;
import static org.postern.intake.Verb.When.ALWAYS;
import static org.postern.intake.Verb.When.WITH_TLS;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.Session;

/// A verb of ours in the place of SubEthaSMTP's. The list is complete: none of the library's own
/// verbs remains.
final class Verb extends BaseCommand {

    private static final Logger log = LoggerFactory.getLogger(Verb.class);

    /// Stands for every verb that is not in the list.
    static final String UNKNOWN = "UNKNOWN";

    static final List<Verb> ALL =
            List.of(
                    new Verb("EHLO", ALWAYS, HelloVerb::ehlo),
                    new Verb("HELO", ALWAYS, HelloVerb::helo),
                    new Verb("STARTTLS", ALWAYS, StartTlsVerb::execute),
                    new Verb("NOOP", ALWAYS, (session, _) -> session.replyToJunk(OK)),
                    new Verb("QUIT", ALWAYS, Verb::quit),
                    new Verb("MAIL", WITH_TLS, MailVerb::execute),
                    new Verb("RCPT", WITH_TLS, RcptVerb::execute),
                    new Verb("DATA", WITH_TLS, DataVerb::execute),
                    new Verb("BDAT", WITH_TLS, BdatVerb::execute),
                    new Verb("RSET", WITH_TLS, Verb::rset),
                    new Verb("VRFY", WITH_TLS, Verb::vrfy),
                    new Verb("EXPN", WITH_TLS, Verb::notImplemented),
                    new Verb("ETRN", WITH_TLS, Verb::notImplemented),
                    new Verb("TURN", WITH_TLS, Verb::notImplemented),
                    new Verb("HELP", WITH_TLS, Verb::notImplemented),
                    new Verb("AUTH", WITH_TLS, AuthVerb::execute),
                    new Verb(UNKNOWN, WITH_TLS, (session, _) -> session.reply(SYNTAX)));

    /// When a verb may be used; before TLS nothing else is (RFC 3207, section 4).
    enum When {
        ALWAYS,
        WITH_TLS
    }

    /// What a verb does.
    @FunctionalInterface
    interface Action {
        void execute(IntakeSession session, String argument) throws IOException;
    }

    private final When when;
    private final Action action;

    private Verb(String name, When when, Action action) {
        super(name, name);
        this.when = when;
        this.action = action;
    }

    static Set<String> names() {
        return ALL.stream().map(Verb::getName).collect(Collectors.toUnmodifiableSet());
    }

    /// Nothing ever escapes: the library would answer in words of its own.
    @Override
    public void execute(String verb, Session library) {
        if (!(library.getSocket() instanceof Connection connection)) {
            throw new IllegalStateException("not a connection of ours");
        }
        IntakeSession session = connection.session();
        String argument = connection.feed().takeArgument();
        if (when == WITH_TLS && !session.isSecure()) {
            refuseInClear(session);
            return;
        }
        try {
            action.execute(session, argument);
        } catch (IOException gone) {
            session.end();
        } catch (RuntimeException e) {
            log.error("a verb failed: verb={}", getName(), e);
            session.end(BROKEN);
        }
    }

    /// A chunk follows its BDAT without waiting (RFC 3030, section 2); it must not be read as
    /// commands.
    private void refuseInClear(IntakeSession session) {
        if ("BDAT".equals(getName())) {
            session.end(TLS_REQUIRED);
        } else {
            session.reply(TLS_REQUIRED);
        }
    }

    private static void quit(IntakeSession session, String argument) {
        if (argument.isEmpty()) {
            session.say(BYE.line());
            session.end();
        } else {
            session.reply(BAD_ARGUMENT);
        }
    }

    private static void rset(IntakeSession session, String argument) {
        if (argument.isEmpty()) {
            session.resetTransaction();
            session.replyToJunk(OK);
        } else {
            session.reply(BAD_ARGUMENT);
        }
    }

    private static void vrfy(IntakeSession session, String argument) {
        session.replyToJunk(argument.isEmpty() ? BAD_ARGUMENT : CANNOT_VERIFY);
    }

    private static void notImplemented(IntakeSession session, String argument) {
        session.reply(NOT_IMPLEMENTED);
    }
}
