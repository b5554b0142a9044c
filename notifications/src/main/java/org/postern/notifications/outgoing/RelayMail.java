package org.postern.notifications.outgoing;

import jakarta.mail.Address;
import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.InternetAddress;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocketFactory;
import org.eclipse.angus.mail.util.MailConnectException;
import org.jspecify.annotations.Nullable;
import org.postern.db.EmailAddress;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.notifications.job.Concern;
import org.postern.notifications.outgoing.RelaySession.Stage;

/// Hands mail to one relay by SMTP, one after another over a connection. Thread-safe.
///
/// What the relay says about the recipient or the content is about this mail. What it says before,
/// such as 530 to MAIL, is about us: somebody has to set us up properly, and meanwhile the mail
/// waits.
public final class RelayMail implements OutgoingMail {

    private static final Duration CONNECT = Duration.ofSeconds(10);

    /// RFC 5321, section 4.5.3.2 would wait for five minutes, where a mail has but one way. Ours
    /// may go to the next relay, and somebody may be waiting for it. For the last reply there is
    /// more time: see [RelaySession].
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final Pattern ENHANCED =
            Pattern.compile("5[0-9]{2}[ -](5\\.[0-9]{1,3}\\.[0-9]{1,3})(?![0-9.])");

    private final Relay relay;
    private final SSLSocketFactory tls;
    private final Duration patience;
    private final Steps steps;
    private final Connections inAscii;
    private final Connections withUtf8;

    /// @param tls whose trust decides which relay is genuine
    public RelayMail(Relay relay, SSLSocketFactory tls, Steps steps) {
        this(relay, tls, PATIENCE, steps);
    }

    RelayMail(Relay relay, SSLSocketFactory tls, Duration patience, Steps steps) {
        this.relay = relay;
        this.tls = tls;
        this.patience = patience;
        this.steps = steps;
        this.inAscii = connections(false);
        this.withUtf8 = connections(true);
    }

    /// Connections that are alike.
    ///
    /// @param session made once: it searches the whole class path for its providers
    private record Connections(Session session, IdleSessions idle) {}

    private Connections connections(boolean utf8) {
        return new Connections(Session.getInstance(properties(utf8)), new IdleSessions());
    }

    Relay relay() {
        return relay;
    }

    @Override
    public Handed hand(OutgoingMessage message) {
        return attempt(message, () -> {}).handed();
    }

    /// Makes one attempt, whatever comes of it.
    ///
    /// @param connected to be called once the relay has greeted
    RelayAttempt attempt(OutgoingMessage message, Runnable connected) {
        Connections to = message.needsUtf8() ? withUtf8 : inAscii;
        Optional<RelaySession> idle = to.idle().take();
        RelaySession smtp = idle.orElseGet(() -> new RelaySession(to.session()));
        try {
            if (idle.isEmpty()) {
                smtp.connect(relay.host(), relay.port(), null, null);
            }
            connected.run();
            if (message.needsUtf8() && !smtp.supportsExtension("SMTPUTF8")) {
                IdleSessions.quit(smtp);
                return new RelayAttempt(
                        new Handed.Refused(
                                "relay-without-smtputf8"), // RFC 6531, section 3.5: 5.6.7
                        Optional.empty(),
                        Concern.ABILITY);
            }
            RawMessage raw = new RawMessage(to.session(), message);
            if (message.requireTls() && carriesRequireTls(smtp)) {
                raw.setMailExtension("REQUIRETLS");
            }
            smtp.sendMessage(raw, new Address[] {to(message.forwardPath())});
        } catch (MessagingException e) {
            RelayAttempt failed = failure(smtp, e);
            IdleSessions.quit(smtp);
            return failed;
        }
        to.idle().keep(smtp);
        steps.reached(Step.MAIL_HANDED_OVER);
        return new RelayAttempt(new Handed.Accepted(), Optional.empty(), Concern.MAIL);
    }

    /// RFC 8689 would have a mail bounce that cannot go on with REQUIRETLS (section 4.2.1), and a
    /// report redacted (section 5). Our mail holds nothing of the message on whose account it is
    /// sent: it goes over verified TLS, as always, also to a relay that does not know the word.
    private boolean carriesRequireTls(RelaySession smtp) {
        return relay.encryption() != Relay.Encryption.NONE && smtp.supportsExtension("REQUIRETLS");
    }

    private Properties properties(boolean utf8) {
        Properties smtp = new Properties();
        smtp.put("mail.smtp.localhost", relay.helloName());
        smtp.put("mail.smtp.connectiontimeout", Long.toString(CONNECT.toMillis()));
        smtp.put("mail.smtp.timeout", Long.toString(patience.toMillis()));
        smtp.put("mail.mime.allowutf8", Boolean.toString(utf8));
        smtp.put("mail.smtp.quitwait", "false");
        switch (relay.encryption()) {
            case NONE -> {}
            case STARTTLS -> {
                smtp.put("mail.smtp.starttls.enable", "true");
                smtp.put("mail.smtp.starttls.required", "true");
            }
            case IMPLICIT_TLS -> smtp.put("mail.smtp.ssl.enable", "true");
        }
        smtp.put("mail.smtp.ssl.checkserveridentity", "true");
        smtp.put("mail.smtp.ssl.protocols", "TLSv1.3 TLSv1.2");
        smtp.put("mail.smtp.ssl.socketFactory", tls);
        smtp.put("mail.smtp.ssl.socketFactory.fallback", "false");
        return smtp;
    }

    private static InternetAddress to(EmailAddress address) {
        InternetAddress to = new InternetAddress();
        to.setAddress(address.text()); // parsed already
        return to;
    }

    private RelayAttempt failure(RelaySession smtp, MessagingException e) {
        int code = smtp.getLastReturnCode();
        if (code < 400) {
            return new RelayAttempt(
                    new Handed.Deferred(fault(smtp, e)), Optional.empty(), Concern.RELAY);
        }
        Optional<String> reply = Optional.ofNullable(smtp.getLastServerResponse());
        if (code >= 500 && isAboutThisMail(smtp.stage(), code)) {
            return new RelayAttempt(
                    new Handed.Refused("refused-" + code + enhanced(smtp)), reply, Concern.MAIL);
        }
        return new RelayAttempt(
                new Handed.Deferred("deferred-" + code), reply, concern(smtp.stage(), code));
    }

    /// Whose affair a mail is that was put off. RFC 5321, section 3.8: with 421 the relay closes;
    /// RFC 3207, section 4, and RFC 4954, section 6: with 454 it cannot have TLS or authentication
    /// now, with 530 it wants it.
    private static Concern concern(Stage stage, int code) {
        if (stage == Stage.REVERSE_PATH && code >= 500 && code != 530) {
            return Concern.ABILITY; // it does not send for this organisation, and may for others
        }
        boolean ofTheRelay = code == 421 || code == 454 || code == 530;
        return switch (stage) {
            case CONNECTION, REVERSE_PATH -> Concern.RELAY;
            case FORWARD_PATH, CONTENT -> ofTheRelay ? Concern.RELAY : Concern.DESTINATION;
        };
    }

    /// The enhanced status code (RFC 2034), if the reply has one: numbers alone, since its words
    /// may quote addresses and content.
    private static String enhanced(RelaySession smtp) {
        Matcher reply = ENHANCED.matcher(String.valueOf(smtp.getLastServerResponse()));
        return reply.lookingAt() ? "-" + reply.group(1) : "";
    }

    private static boolean isAboutThisMail(Stage stage, int code) {
        return switch (stage) {
            case CONNECTION, REVERSE_PATH -> false;
            // RFC 4954, section 6 wants us to authenticate; RFC 5321, section 4.5.3.1.10: too many
            // recipients
            case FORWARD_PATH -> code != 530 && code != 552;
            case CONTENT -> code != 530;
        };
    }

    private String fault(RelaySession smtp, MessagingException e) {
        if (isCausedBy(e, SSLException.class)) {
            return "relay-tls-failed";
        }
        if (isCausedBy(e, UnknownHostException.class)) {
            return "relay-unknown";
        }
        if (e instanceof MailConnectException || isCausedBy(e, ConnectException.class)) {
            return "relay-away";
        }
        if (smtp.stage() == Stage.CONNECTION
                && relay.encryption() == Relay.Encryption.STARTTLS
                && smtp.getLastReturnCode() == 250) {
            return "relay-without-starttls";
        }
        return "relay-hung-up";
    }

    private static boolean isCausedBy(Throwable failure, Class<? extends IOException> type) {
        @Nullable Throwable cause = failure;
        while (cause != null && !type.isInstance(cause)) {
            cause = cause.getCause();
        }
        return cause != null;
    }
}
