package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeBodyPart;
import jakarta.mail.internet.MimeMessage;
import jakarta.mail.internet.MimeMultipart;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.EmailAddress;

/// Gives a letter its form: text and HTML of the same words (RFC 2046, section 5.1.4), marked as
/// automatic mail. Thread-safe.
public final class MailComposer {

    private static final DateTimeFormatter DATE = // RFC 5322, section 3.3
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH);

    private final LoopMark loopMark;
    private final Clock clock;

    public MailComposer(LoopMark loopMark, Clock clock) {
        this.loopMark = loopMark;
        this.clock = clock;
    }

    public OutgoingMessage compose(Sender sender, Letter letter) {
        String msgId = "<" + letter.name() + "@" + sender.from().domain() + ">";
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        try {
            Mail mail = new Mail(letter.to().needsUtf8(), msgId);
            mail.setFrom(mailbox(sender.from(), letter.author()));
            mail.setReplyTo(
                    new InternetAddress[] {
                        mailbox(sender.replyTo().orElse(sender.from()), sender.organisation())
                    });
            mail.setRecipient(MimeMessage.RecipientType.TO, address(letter.to()));
            mail.setSubject(letter.subject(), UTF_8.name());
            mail.setHeader("Date", DATE.format(clock.instant().atOffset(ZoneOffset.UTC)));
            mail.setContentLanguage(new String[] {letter.page().texts().language()});
            mail.setHeader("Auto-Submitted", "auto-generated"); // RFC 3834, section 5
            mail.setHeader("X-Auto-Response-Suppress", "All"); // Exchange's word for the same
            mail.setHeader(LoopMark.FIELD, loopMark.value(msgId));
            mail.setContent(
                    new Alternative(
                            boundary(msgId),
                            part("plain", PageText.of(letter.page())),
                            part("html", PageHtml.of(letter.page()))));
            mail.saveChanges();
            mail.writeTo(content);
        } catch (MessagingException e) {
            throw new IllegalStateException("a letter has a form", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new OutgoingMessage(Optional.of(sender.from()), letter.to(), content.toByteArray());
    }

    private static MimeBodyPart part(String subtype, String text) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(text.replaceAll("\r?\n", "\r\n"), UTF_8.name(), subtype);
        return part;
    }

    private static InternetAddress address(EmailAddress address) {
        InternetAddress mailbox = new InternetAddress();
        mailbox.setAddress(address.text()); // parsed already
        return mailbox;
    }

    private static InternetAddress mailbox(EmailAddress address, String name) throws IOException {
        InternetAddress mailbox = address(address);
        mailbox.setPersonal(name, UTF_8.name());
        return mailbox;
    }

    /// Follows from the job's random id, which nobody whose name stands in the text knows
    /// beforehand; and is the same when the mail is made again.
    private static String boundary(String msgId) {
        byte[] hash = Mac256.sha256(msgId.getBytes(UTF_8)).toBytes();
        return "=_" + HexFormat.of().formatHex(hash, 0, 16);
    }

    /// A message that keeps the Message-ID it was given.
    private static final class Mail extends MimeMessage {

        private final String msgId;

        Mail(boolean utf8, String msgId) {
            super(session(utf8));
            this.msgId = msgId;
        }

        @Override
        protected void updateMessageID() throws MessagingException {
            setHeader("Message-ID", msgId);
        }

        /// An address in another alphabet stands in the header section as it is (RFC 6532).
        private static Session session(boolean utf8) {
            Properties properties = new Properties();
            properties.put("mail.mime.allowutf8", Boolean.toString(utf8));
            return Session.getInstance(properties);
        }
    }

    private static final class Alternative extends MimeMultipart {

        Alternative(String boundary, MimeBodyPart text, MimeBodyPart html)
                throws MessagingException {
            super("alternative", text, html);
            ContentType type = new ContentType(contentType);
            type.setParameter("boundary", boundary);
            contentType = type.toString();
        }
    }
}
