package org.postern.intake;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.db.Envelope;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.ReadingTerms;
import org.postern.db.store.MailRules;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.door.NotReadyException;
import org.postern.mail.mime.HeaderLimitException;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.spool.Incoming;
import org.postern.mail.spool.SpoolFullException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The content of one message on its way in: its lines are checked as they come, its header section
/// decides what becomes of it, and from then on everything is sealed at once.
///
/// Whatever speaks against the message is remembered and said at the end. Until then all that the
/// client sends is taken and thrown away, so that none of it is ever read as a command.
final class IncomingContent {

    private static final Logger log = LoggerFactory.getLogger(IncomingContent.class);

    private final IntakeSession session;
    private final IntakeTransaction transaction;
    private final Limits limits;
    private final LineCheck lines = new LineCheck();
    private final Optional<LineEnds> lineEnds;
    private @Nullable CollectedHeader header;
    private @Nullable Incoming incoming;
    private @Nullable SenderProof proof;
    private @Nullable PassingOn passing;
    private @Nullable PassingOn passingOnceProven;
    private @Nullable HopReply saidThere;
    private @Nullable Reply refusal;
    private long size;

    IncomingContent(IntakeSession session, IntakeTransaction transaction) {
        this.session = session;
        this.transaction = transaction;
        this.limits = session.surroundings().properties().limits();
        this.lineEnds =
                transaction.tenant().rules().normalizesLineEnds()
                        ? Optional.of(new LineEnds())
                        : Optional.empty();
        this.header = new CollectedHeader(limits.maxHeaderBytes());
    }

    /// Takes content without stuffed dots.
    void add(byte[] bytes, int offset, int count) {
        if (lineEnds.isPresent()) {
            byte[] normalized = lineEnds.get().normalized(bytes, offset, count);
            take(normalized, 0, normalized.length);
        } else {
            take(bytes, offset, count);
        }
    }

    private void take(byte[] bytes, int offset, int count) {
        lines.add(bytes, offset, count);
        size += count;
        if (refusal == null && size > transaction.mostBytes(limits)) {
            refuse(Reply.MESSAGE_TOO_BIG);
        }
        if (refusal == null && lines.isMalformed()) {
            refuse(Reply.BAD_LINE_END);
        }
        if (refusal == null && lines.isTooLong()) {
            refuse(Reply.BODY_LINE_TOO_LONG);
        }
        if (refusal != null || saidThere != null || count == 0) {
            return;
        }
        int taken = header == null ? 0 : collect(header, bytes, offset, count);
        if (taken < count && refusal == null) {
            write(bytes, offset + taken, count - taken);
        }
    }

    /// Whether the client has sent so much that its end is not worth waiting for.
    boolean isFarTooMuch() {
        return size > 2 * transaction.mostBytes(limits);
    }

    Optional<Reply> refusal() {
        return Optional.ofNullable(refusal);
    }

    /// The content is complete: accepts the message or says why not.
    void finish() {
        if (lines.isMalformedAtEnd()) {
            refuse(Reply.BAD_LINE_END);
        }
        CollectedHeader withoutBody = header;
        if (refusal == null && withoutBody != null) {
            decide(withoutBody);
        }
        if (refusal == null && proof != null) {
            proof.refusal().ifPresent(this::refuse);
        }
        if (refusal == null && incoming != null && passingOnceProven != null) {
            passOn(incoming, passingOnceProven);
        }
        if (refusal == null && passing != null) {
            saidThere = passing.finish();
        }
        if (refusal == null && saidThere != null) {
            repeat(saidThere);
            return;
        }
        MessageId id = refusal == null && incoming != null ? accept(incoming) : null;
        if (id == null) {
            sayRefusal();
            return;
        }
        log.info(
                "message accepted: tenant={} message={} recipients={} bytes={}",
                transaction.tenant().id(),
                id,
                transaction.recipientCount(),
                size);
        session.resetErrors();
        session.reply(Reply.ACCEPTED, id.toString());
    }

    private void repeat(HopReply reply) {
        log.info(
                "message passed on: tenant={} connector={} recipients={} bytes={} reply={}",
                transaction.way().tenant().id(),
                transaction.way().connector().id(),
                transaction.recipientCount(),
                size,
                reply.code());
        if (reply.isPositive()) {
            session.resetErrors();
        }
        session.repeat(reply);
    }

    /// Says what speaks against the message. A client that sends malformed lines is not listened to
    /// any further.
    void sayRefusal() {
        Reply reply = refusal == null ? Reply.TRY_AGAIN_LATER : refusal;
        log.info(
                "message refused: tenant={} connector={} reply={} bytes={}",
                transaction.tenant().id(),
                transaction.wayText(),
                reply,
                size);
        if (reply == Reply.BAD_LINE_END || reply == Reply.BODY_LINE_TOO_LONG) {
            session.end(reply);
        } else {
            session.reply(reply);
        }
    }

    /// Nothing of it remains, unless it was accepted.
    void abandon() {
        if (header != null) {
            header.wipe();
            header = null;
        }
        if (passing != null) {
            passing.close();
            passing = null;
        }
        if (incoming != null) {
            try {
                incoming.close();
            } catch (IOException e) {
                log.error("a message that was given up could not be removed from the spool", e);
            }
            incoming = null;
        }
    }

    private int collect(CollectedHeader collected, byte[] bytes, int offset, int count) {
        int taken = collected.add(bytes, offset, count);
        if (collected.isComplete()) {
            decide(collected);
        } else if (taken < count) {
            refuse(Reply.HEADER_TOO_BIG);
        }
        return taken;
    }

    private void decide(CollectedHeader collected) {
        byte[] section = collected.toBytes();
        collected.wipe();
        header = null;
        try {
            HeaderSection parsed = HeaderSection.parse(section);
            Optional<Reply> objection =
                    HeaderPolicy.of(transaction).stream()
                            .flatMap(policy -> policy.refusal(parsed, transaction, limits).stream())
                            .findFirst();
            // Whether it is marked is asked last: nothing else speaks against it then.
            Optional<PassingOn> onward =
                    objection.filter(Reply::asksForAMark).flatMap(_ -> transaction.passingOn());
            if (onward.isEmpty() && objection.isPresent()) {
                refuse(objection.get());
            } else if (onward.isPresent() && !SenderProof.waitsForTheBody(parsed, transaction)) {
                passOn(onward.get(), section, parsed);
            } else {
                passingOnceProven = onward.orElse(null);
                seal(section, parsed);
            }
        } catch (HeaderLimitException e) {
            refuse(Reply.HEADER_TOO_BIG);
        } finally {
            Arrays.fill(section, (byte) 0);
        }
    }

    private void passOn(PassingOn onward, byte[] section, HeaderSection parsed) {
        saidThere =
                onward.begin(section, parsed, ReceivedField.of(session, transaction)).orElse(null);
        passing = saidThere == null ? onward : null;
    }

    /// Whose a signed message is shows at its end alone. Until then it is in the spool, sealed and
    /// not accepted, and nothing is said of it there.
    private void passOn(Incoming sealed, PassingOn onward) {
        try {
            saidThere = onward.passOn(sealed);
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
        abandon();
    }

    private void seal(byte[] section, HeaderSection parsed) {
        proof =
                transaction.returned().isPresent()
                        ? null
                        : SenderProof.begin(parsed, transaction, session).orElse(null);
        String trace = proof == null || passingOnceProven != null ? "" : proof.trace();
        if (passingOnceProven == null) {
            transaction.passingOn().ifPresent(PassingOn::close);
        }
        try {
            incoming = session.surroundings().spool().begin(envelope(parsed));
            PermittedChanges.write(
                    section,
                    parsed,
                    session.surroundings().properties().hostName(),
                    trace + ReceivedField.of(session, transaction),
                    incoming);
        } catch (AskedTerms.RefusedException e) {
            refuse(e.reply()); // as TermsPolicy has said already
        } catch (AskedPassword.UnusableException e) {
            refuse(Reply.BAD_PASSWORD); // as TermsPolicy has said already
        } catch (NotReadyException e) {
            log.error("mail is put off: reason={}", e.getMessage());
            refuse(Reply.TRY_AGAIN_LATER);
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    private Envelope envelope(HeaderSection parsed)
            throws AskedTerms.RefusedException, AskedPassword.UnusableException {
        Optional<Returned> returned = transaction.returned();
        return returned.isPresent()
                ? transaction.envelope(returned.get())
                : transaction.envelope(
                        Author.of(parsed, transaction),
                        terms(parsed),
                        password(parsed),
                        phone(parsed));
    }

    /// Mail that is to be passed on is sealed for a moment only, whatever it asks for.
    private ReadingTerms terms(HeaderSection parsed) throws AskedTerms.RefusedException {
        MailRules rules = transaction.way().tenant().rules();
        return passingOnceProven == null
                ? AskedTerms.of(parsed, rules, transaction.beganAt())
                : rules.keeping().terms(transaction.beganAt());
    }

    private Optional<MessagePassword> password(HeaderSection parsed)
            throws AskedPassword.UnusableException {
        return passingOnceProven == null
                ? AskedPassword.of(parsed).map(AskedPassword::hashed)
                : Optional.empty();
    }

    private Optional<PhoneNumber> phone(HeaderSection parsed) throws AskedTerms.RefusedException {
        return passingOnceProven == null
                ? AskedPhone.of(parsed, transaction.way().textMessages())
                : Optional.empty();
    }

    private void write(byte[] bytes, int offset, int count) {
        if (passing != null) {
            passing.write(bytes, offset, count);
            return;
        }
        try {
            if (proof != null) {
                proof.update(bytes, offset, count);
            }
            if (incoming != null) {
                incoming.write(bytes, offset, count);
            }
        } catch (IOException | RuntimeException e) {
            failed(e);
        }
    }

    private @Nullable MessageId accept(Incoming complete) {
        try {
            return complete.accept();
        } catch (IOException | RuntimeException e) {
            failed(e);
            return null;
        }
    }

    /// Our own fault, so the client is to keep the message.
    private void failed(Exception e) {
        if (e instanceof SpoolFullException) {
            log.error("mail is put off: the spool is full");
            refuse(Reply.NO_ROOM);
        } else {
            log.error("a message could not be taken into the spool", e);
            refuse(Reply.TRY_AGAIN_LATER);
        }
    }

    private void refuse(Reply reply) {
        refusal = reply;
        abandon();
    }
}
