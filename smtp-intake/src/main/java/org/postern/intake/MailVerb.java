package org.postern.intake;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.store.Tenant;
import org.postern.intake.MailParameters.RefusedException;
import org.postern.mail.door.NotReadyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// MAIL (RFC 5321, section 4.1.1.2): begins a mail transaction, unless one reason speaks against.
final class MailVerb {

    private static final Logger log = LoggerFactory.getLogger(MailVerb.class);

    /// Cheapest first; the connector before what would tell a stranger how we are.
    private static final List<SenderPolicy> POLICIES =
            List.of(MailVerb::doorReady, MailVerb::knownConnector, MailVerb::size, MailVerb::room);

    private MailVerb() {}

    /// A syntactically right MAIL.
    record Request(
            Surroundings surroundings,
            Client client,
            Optional<EmailAddress> reversePath,
            Optional<Connectors.Found> connector,
            MailParameters parameters) {}

    /// One reason to refuse a sender.
    @FunctionalInterface
    interface SenderPolicy {
        Optional<Reply> refusal(Request request);
    }

    static void execute(IntakeSession session, String argument) {
        if (session.greeting().isEmpty() || session.hasTransaction()) {
            session.reply(Reply.BAD_SEQUENCE);
            return;
        }
        Optional<PathArgument> parsed = PathArgument.parse("FROM:", argument);
        if (parsed.isEmpty()) {
            session.reply(Reply.BAD_ARGUMENT);
            return;
        }
        try {
            begin(session, request(session, parsed.get()));
        } catch (RefusedException e) {
            session.reply(e.reply());
        }
    }

    private static Request request(IntakeSession session, PathArgument argument)
            throws RefusedException {
        MailParameters parameters = MailParameters.parse(argument.parameters());
        Optional<EmailAddress> reversePath =
                argument.path().isEmpty()
                        ? Optional.empty()
                        : Optional.of(
                                address(
                                        argument.path(),
                                        parameters.smtpUtf8(),
                                        Reply.BAD_REVERSE_PATH));
        Client client = session.client();
        return new Request(
                session.surroundings(),
                client,
                reversePath,
                session.surroundings()
                        .door()
                        .standing()
                        .flatMap(standing ->
                                Connectors.find(standing.snapshot(), client, reversePath)),
                parameters);
    }

    static EmailAddress address(String path, boolean smtpUtf8, Reply malformed)
            throws RefusedException {
        try {
            EmailAddress address = EmailAddress.parse(path);
            if (!smtpUtf8 && path.chars().anyMatch(c -> c >= 0x80)) {
                throw new RefusedException(Reply.UTF8_NEEDED);
            }
            return address;
        } catch (MalformedAddressException e) {
            throw new RefusedException(malformed);
        }
    }

    private static void begin(IntakeSession session, Request request) {
        Optional<Reply> refusal =
                POLICIES.stream().flatMap(policy -> policy.refusal(request).stream()).findFirst();
        if (refusal.isPresent()) {
            session.reply(refusal.get());
            return;
        }
        IntakeTransaction transaction =
                new IntakeTransaction(
                        request.connector(),
                        request.reversePath(),
                        request.parameters(),
                        session.surroundings().clock().instant());
        if (!transaction.isStrangers()
                && !request.surroundings().connections().countIn(transaction)) {
            session.reply(Reply.TOO_BUSY);
            return;
        }
        session.begin(transaction);
        request.connector()
                .map(Connectors.Found::connector)
                .filter(connector -> !connector.sealsAll())
                .ifPresent(connector ->
                        connector
                                .nextHop()
                                .ifPresent(hop ->
                                        transaction.passOn(passOn(connector, hop, request))));
        session.reply(Reply.SENDER_OK);
    }

    private static PassingOn passOn(
            Tenant.Connector connector, Tenant.NextHop hop, Request request) {
        return PassingOn.begin(
                connector,
                hop,
                request.surroundings().caller(),
                request.reversePath().map(EmailAddress::text).orElse(""),
                request.parameters());
    }

    private static Optional<Reply> doorReady(Request request) {
        try {
            request.surroundings().door().requireStanding();
            return Optional.empty();
        } catch (NotReadyException e) {
            log.error("mail is put off: reason={}", e.getMessage());
            return Optional.of(Reply.TRY_AGAIN_LATER);
        }
    }

    /// Where mail of ours may come back, it may from anybody: then only the recipient tells, and
    /// whoever brings other mail hears the same a command later.
    private static Optional<Reply> knownConnector(Request request) {
        return request.connector().isPresent()
                        || request.surroundings()
                                .door()
                                .standing()
                                .filter(Returned::isExpected)
                                .isPresent()
                ? Optional.empty()
                : Optional.of(toStranger(request.surroundings(), request.client()));
    }

    /// One wording for every reason: nobody learns which tenants and domains there are. Whoever
    /// could still authenticate is told so (RFC 4954, section 6).
    static Reply toStranger(Surroundings surroundings, Client client) {
        if (client.authenticated().isEmpty()
                && surroundings
                        .door()
                        .standing()
                        .filter(standing -> Connectors.haveAnyPassword(standing.snapshot()))
                        .isPresent()) {
            return Reply.AUTHENTICATION_REQUIRED;
        }
        log.info(
                "sender refused: no connector for this source and domain: peer={}",
                client.source().getHostAddress());
        return Reply.NOT_ALLOWED;
    }

    private static Optional<Reply> size(Request request) {
        long most = request.surroundings().properties().limits().maxMessageBytes();
        return request.parameters()
                .size()
                .filter(size -> size > most)
                .map(_ -> Reply.MESSAGE_TOO_BIG);
    }

    private static Optional<Reply> room(Request request) {
        try {
            return request.surroundings().spool().hasRoom()
                    ? Optional.empty()
                    : Optional.of(Reply.NO_ROOM);
        } catch (IOException e) {
            log.error("the spool cannot be asked for its room", e);
            return Optional.of(Reply.TRY_AGAIN_LATER);
        }
    }
}
