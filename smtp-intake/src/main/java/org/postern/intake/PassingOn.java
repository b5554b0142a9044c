package org.postern.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Content;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.NextHopPatience;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.spool.Incoming;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One mail transaction repeated at the connector's next hop, without a queue: MAIL and RCPT as
/// they come, the content once it is known to be unmarked. A permanent refusal of a recipient is
/// our reply to that RCPT; what fails for now is remembered and makes unmarked mail wait at the
/// client. Marked mail needs none of this and is never given to it. For one thread.
final class PassingOn {

    private static final Logger log = LoggerFactory.getLogger(PassingOn.class);

    private static final int COPIED_BYTES = 16 * 1024;

    private final Tenant.Connector connector;
    private final String ourName;
    private @Nullable NextHopSession session;
    private @Nullable HopReply refusal;
    private @Nullable DotStuffed content;
    private boolean failed;

    private PassingOn(Tenant.Connector connector, String ourName) {
        this.connector = connector;
        this.ourName = ourName;
    }

    /// How we call next hops.
    record Caller(SSLSocketFactory tls, String ourName, NextHopPatience patience) {}

    /// Says MAIL there. Whatever fails is remembered: it may be a message that stays here.
    static PassingOn begin(
            Tenant.Connector connector,
            Tenant.NextHop hop,
            Caller caller,
            String reversePath,
            MailParameters parameters) {
        PassingOn passing = new PassingOn(connector, caller.ourName());
        try {
            NextHopSession session =
                    NextHopSession.open(hop, caller.tls(), caller.ourName(), caller.patience());
            passing.session = session;
            Optional<HopReply> lacking = lacking(session, parameters);
            if (lacking.isPresent()) {
                passing.refusal = lacking.get();
            } else {
                passing.note(
                        session.say(
                                "MAIL FROM:<" + reversePath + ">" + words(session, parameters)));
            }
        } catch (IOException e) {
            passing.fail(e);
        }
        return passing;
    }

    /// What the next hop cannot do with this message (RFC 6152, section 3; RFC 6531, section 3.6;
    /// RFC 8689, section 4.2.1).
    private static Optional<HopReply> lacking(NextHopSession session, MailParameters parameters) {
        if (parameters.requireTls() && !session.offers("REQUIRETLS")) {
            return Optional.of(HopReply.of(550, "5.7.30 REQUIRETLS support required"));
        }
        if (parameters.smtpUtf8() && !session.offers("SMTPUTF8")) {
            return Optional.of(
                    HopReply.of(550, "5.6.7 The next mail server does not take SMTPUTF8"));
        }
        if (parameters.eightBit() && !session.offers("8BITMIME")) {
            return Optional.of(
                    HopReply.of(554, "5.6.3 The next mail server does not take 8BITMIME"));
        }
        return Optional.empty();
    }

    private static String words(NextHopSession session, MailParameters parameters) {
        StringBuilder words = new StringBuilder();
        if (session.offers("SIZE")) {
            parameters.size().ifPresent(size -> words.append(" SIZE=").append(size));
        }
        if (parameters.eightBit()) {
            words.append(" BODY=8BITMIME");
        }
        if (parameters.smtpUtf8()) {
            words.append(" SMTPUTF8");
        }
        if (parameters.requireTls()) {
            words.append(" REQUIRETLS");
        }
        if (session.offers("DSN")) {
            parameters.returned().ifPresent(returned -> words.append(" RET=").append(returned));
            parameters.envelopeId().ifPresent(id -> words.append(" ENVID=").append(id));
        }
        return words.toString();
    }

    /// Says RCPT there; a permanent refusal is for our client to hear.
    Optional<HopReply> recipient(String forwardPath, RcptParameters parameters) {
        NextHopSession open = session;
        if (open == null || failed || refusal != null) {
            return Optional.empty();
        }
        StringBuilder words = new StringBuilder();
        if (open.offers("DSN")) {
            parameters.notifyOn().ifPresent(on -> words.append(" NOTIFY=").append(on));
            parameters.originalRecipient().ifPresent(to -> words.append(" ORCPT=").append(to));
        }
        try {
            HopReply reply = open.say("RCPT TO:<" + forwardPath + ">" + words);
            if (reply.isPermanent()) {
                return Optional.of(reply);
            }
            note(reply);
        } catch (IOException e) {
            fail(e);
        }
        return Optional.empty();
    }

    /// The message is unmarked: from now on its content goes on. What speaks against it is the
    /// reply to our client.
    Optional<HopReply> begin(byte[] section, HeaderSection parsed, String received) {
        open();
        if (content != null) {
            try {
                PermittedChanges.write(section, parsed, ourName, received, content);
            } catch (IOException e) {
                fail(e);
            }
        }
        return objection();
    }

    /// The same for a message that was sealed until its end was seen: it is read back and given on
    /// whole.
    ///
    /// @throws IOException if it cannot be read back; then none of it is taken there
    HopReply passOn(Incoming sealed) throws IOException {
        byte[] some = new byte[COPIED_BYTES];
        try (Content whole = sealed.readBack();
                InputStream in = whole.stream()) {
            open();
            for (int n = in.read(some); n >= 0 && content != null; n = in.read(some)) {
                write(some, 0, n);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        } finally {
            Arrays.fill(some, (byte) 0);
        }
        return objection().orElseGet(this::finish);
    }

    /// Says DATA there, unless something speaks against the message already.
    private void open() {
        NextHopSession open = session;
        if (refusal == null && !failed && open != null) {
            try {
                HopReply reply = open.say("DATA");
                if (reply.code() == 354) {
                    content = new DotStuffed(open.out());
                } else {
                    note(reply.isPositive() ? HopReply.of(451, "4.3.0 Not accepted") : reply);
                }
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    /// More content; what fails shows at the end.
    void write(byte[] bytes, int offset, int count) {
        if (content != null && !failed) {
            try {
                content.write(bytes, offset, count);
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    /// Ends the content; what the next hop says of it is our reply.
    HopReply finish() {
        NextHopSession open = session;
        HopReply reply = null;
        if (content != null && open != null && !failed) {
            try {
                content.end();
                reply = open.reply();
            } catch (IOException e) {
                fail(e);
            }
        }
        close();
        return reply == null ? later() : reply;
    }

    /// Nothing more of this message goes there. Content that was begun is not ended, and so not
    /// taken.
    void close() {
        if (session != null) {
            session.close();
            session = null;
        }
        content = null;
    }

    private Optional<HopReply> objection() {
        if (failed) {
            return Optional.of(later());
        }
        return Optional.ofNullable(refusal);
    }

    /// A temporary refusal counts for the whole message: some recipients must not get it twice.
    private void note(HopReply reply) {
        if (!reply.isPositive() && refusal == null) {
            refusal = reply;
        }
    }

    private void fail(IOException e) {
        failed = true;
        log.warn(
                "the next hop cannot be had: connector={} reason={}",
                connector.id(),
                session == null ? e.getMessage() : session.reason(e));
        close();
    }

    private static HopReply later() {
        return HopReply.of(Reply.TRY_AGAIN_LATER.code(), Reply.TRY_AGAIN_LATER.text());
    }

    /// Content on its way out (RFC 5321, section 4.5.2).
    private static final class DotStuffed extends OutputStream {

        private final OutputStream out;
        private boolean lineStart = true;

        DotStuffed(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            if (lineStart && b == '.') {
                out.write('.');
            }
            out.write(b);
            // Every LF has its CR: other content was refused before it came here.
            lineStart = b == '\n';
        }

        /// A last line without an end, as BDAT allows, is given one.
        void end() throws IOException {
            if (!lineStart) {
                out.write('\r');
                out.write('\n');
            }
            out.write('.');
            out.write('\r');
            out.write('\n');
            out.flush();
        }
    }
}
