package org.postern.intake;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MalformedAddressException;
import org.postern.db.store.Tenant;
import org.postern.intake.MailParameters.RefusedException;

/// RCPT (RFC 5321, section 4.1.1.3).
final class RcptVerb {

    private static final List<RecipientPolicy> POLICIES = List.of(RcptVerb::count);

    private RcptVerb() {}

    /// A syntactically right RCPT.
    record Request(
            Surroundings surroundings, IntakeTransaction transaction, EmailAddress forwardPath) {}

    /// One reason to refuse a recipient.
    @FunctionalInterface
    interface RecipientPolicy {
        Optional<Reply> refusal(Request request);
    }

    static void execute(IntakeSession session, String argument) {
        Optional<IntakeTransaction> open = session.transaction();
        if (open.isEmpty() || open.get().content().isPresent()) {
            session.reply(Reply.BAD_SEQUENCE);
            return;
        }
        Optional<PathArgument> parsed = PathArgument.parse("TO:", argument);
        if (parsed.isEmpty()) {
            session.reply(Reply.BAD_ARGUMENT);
            return;
        }
        try {
            Optional<HopReply> refusal = add(session, open.get(), parsed.get());
            if (refusal.isPresent()) {
                session.repeat(refusal.get());
            } else {
                session.reply(Reply.RECIPIENT_OK);
            }
        } catch (RefusedException e) {
            session.reply(e.reply());
        }
    }

    /// The next hop's refusal, if it is asked at all: of an address with our suffix it knows
    /// nothing.
    private static Optional<HopReply> add(
            IntakeSession session, IntakeTransaction transaction, PathArgument argument)
            throws RefusedException {
        RcptParameters parameters = RcptParameters.parse(argument.parameters());
        EmailAddress written =
                MailVerb.address(argument.path(), transaction.smtpUtf8(), Reply.BAD_FORWARD_PATH);
        Optional<Tenant> returning = Returned.tenant(session.surroundings().door(), written);
        if (returning.isPresent()) {
            takeBack(session.surroundings(), transaction, written, returning.get());
            return Optional.empty();
        }
        if (transaction.isStrangers()) {
            throw new RefusedException(
                    MailVerb.toStranger(session.surroundings(), session.client()));
        }
        if (transaction.returned().isPresent()) {
            throw new RefusedException(Reply.TOO_MANY_RECIPIENTS);
        }
        Optional<EmailAddress> routed = withoutSuffix(written, transaction);
        EmailAddress forwardPath = routed.orElse(written);
        Request request = new Request(session.surroundings(), transaction, forwardPath);
        Optional<Reply> refusal =
                POLICIES.stream().flatMap(policy -> policy.refusal(request).stream()).findFirst();
        if (refusal.isPresent()) {
            throw new RefusedException(refusal.get());
        }
        Optional<HopReply> refusedThere =
                routed.isPresent()
                        ? Optional.empty()
                        : transaction
                                .passingOn()
                                .flatMap(hop -> hop.recipient(forwardPath.text(), parameters));
        if (refusedThere.isPresent()) {
            return refusedThere;
        }
        transaction.add(
                new Envelope.Recipient(
                        forwardPath, parameters.notifyOn(), parameters.originalRecipient()),
                routed.isPresent());
        return Optional.empty();
    }

    private static void takeBack(
            Surroundings surroundings,
            IntakeTransaction transaction,
            EmailAddress written,
            Tenant tenant)
            throws RefusedException {
        Returned returned = Returned.to(written, tenant, surroundings.door());
        if (transaction.recipientCount() > 0) {
            throw new RefusedException(Reply.TOO_MANY_RECIPIENTS);
        }
        if (transaction.isSaidToExceed(Returned.mostBytes(surroundings.properties().limits()))) {
            throw new RefusedException(Reply.MESSAGE_TOO_BIG);
        }
        if (!transaction.isCounted() && !surroundings.connections().countIn(transaction)) {
            throw new RefusedException(Reply.TOO_BUSY);
        }
        transaction.becomes(returned);
    }

    /// `user@there.SUFFIX` is for `user@there`: a gateway that can do nothing else can rewrite a
    /// recipient. Nothing if the address has no suffix.
    private static Optional<EmailAddress> withoutSuffix(
            EmailAddress written, IntakeTransaction transaction) throws RefusedException {
        Optional<String> suffix =
                transaction.way().tenant().addressSuffix().map(s -> s.toLowerCase(Locale.ROOT));
        if (suffix.isEmpty()) {
            return Optional.empty();
        }
        String domain = written.domain();
        if (domain.equals(suffix.get())) {
            throw new RefusedException(Reply.BAD_FORWARD_PATH); // for nobody anywhere
        }
        if (!domain.endsWith("." + suffix.get())) {
            return Optional.empty();
        }
        String there = domain.substring(0, domain.length() - suffix.get().length() - 1);
        try {
            return Optional.of(EmailAddress.parse(written.localPart() + "@" + there));
        } catch (MalformedAddressException e) {
            throw new RefusedException(Reply.BAD_FORWARD_PATH);
        }
    }

    private static Optional<Reply> count(Request request) {
        int most = request.surroundings().properties().limits().maxRecipients();
        return request.transaction().recipientCount() >= most
                ? Optional.of(Reply.TOO_MANY_RECIPIENTS)
                : Optional.empty();
    }
}
