package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.mail.MessagingException;
import jakarta.mail.Session;
import jakarta.mail.internet.ContentType;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.InternetHeaders;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Properties;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.EmailAddress;
import org.postern.notifications.dkim.DkimSigner;

/// Gives a letter its form, marked as automatic mail and signed. Thread-safe.
public final class MailComposer {

    private static final DateTimeFormatter DATE = // RFC 5322, section 3.3
            DateTimeFormatter.ofPattern("EEE, d MMM uuuu HH:mm:ss Z", Locale.ENGLISH);

    private final LoopMark loopMark;
    private final Clock clock;
    private final DkimSigner signer;

    /// Without signatures.
    public MailComposer(LoopMark loopMark, Clock clock) {
        this(loopMark, clock, new DkimSigner(List.of(), clock));
    }

    public MailComposer(LoopMark loopMark, Clock clock, DkimSigner signer) {
        this.loopMark = loopMark;
        this.clock = clock;
        this.signer = signer;
    }

    /// Text and HTML of the same words (RFC 2046, section 5.1.4).
    public OutgoingMessage compose(Sender sender, Letter letter) {
        String msgId = msgId(sender, letter);
        return new OutgoingMessage(
                Optional.of(sender.from()),
                letter.to(),
                mail(
                        sender,
                        letter,
                        msgId,
                        "auto-generated",
                        () ->
                                new Parts(
                                        "alternative",
                                        boundary(msgId),
                                        part("plain", PageText.of(letter.page())),
                                        part("html", PageHtml.of(letter.page())))));
    }

    /// A delivery status notification: words and fields of the same (RFC 6522, section 3), from the
    /// null reverse-path, so that nothing is ever sent about it (RFC 3461, section 6.2; RFC 5321,
    /// section 4.5.5).
    ///
    /// @param statusFields of RFC 3464, in US-ASCII, lines ending in CRLF
    public OutgoingMessage report(Sender sender, Letter letter, String statusFields) {
        String msgId = msgId(sender, letter);
        return new OutgoingMessage(
                Optional.empty(),
                letter.to(),
                mail(
                        sender,
                        letter,
                        msgId,
                        "auto-replied",
                        () ->
                                new Parts(
                                        "report; report-type=delivery-status",
                                        boundary(msgId),
                                        part("plain", PageText.of(letter.page())),
                                        statusPart(statusFields))));
    }

    private static String msgId(Sender sender, Letter letter) {
        return "<" + letter.name() + "@" + sender.from().domain() + ">";
    }

    /// @param automatic how far (RFC 3834, section 5)
    private byte[] mail(Sender sender, Letter letter, String msgId, String automatic, Body body) {
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
            mail.setHeader("Auto-Submitted", automatic);
            mail.setHeader("X-Auto-Response-Suppress", "All"); // Exchange's word for the same
            mail.setHeader(LoopMark.FIELD, loopMark.value(msgId));
            mail.setContent(body.parts());
            mail.saveChanges();
            mail.writeTo(content);
        } catch (MessagingException e) {
            throw new IllegalStateException("a letter has a form", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return signer.sign(sender.from().domain(), content.toByteArray());
    }

    private static MimeBodyPart part(String subtype, String text) throws MessagingException {
        MimeBodyPart part = new MimeBodyPart();
        part.setText(text.replaceAll("\r?\n", "\r\n"), UTF_8.name(), subtype);
        return part;
    }

    private static MimeBodyPart statusPart(String fields) throws MessagingException {
        InternetHeaders header = new InternetHeaders();
        header.setHeader("Content-Type", "message/delivery-status");
        header.setHeader("Content-Transfer-Encoding", "7bit");
        return new MimeBodyPart(header, fields.getBytes(US_ASCII));
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

        // Made once: a session searches the whole class path for its providers.
        private static final Session IN_ASCII = session(false);
        private static final Session WITH_UTF8 = session(true);

        private final String msgId;

        Mail(boolean utf8, String msgId) {
            super(utf8 ? WITH_UTF8 : IN_ASCII);
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

    @FunctionalInterface
    private interface Body {
        MimeMultipart parts() throws MessagingException;
    }

    private static final class Parts extends MimeMultipart {

        Parts(String subtype, String boundary, MimeBodyPart first, MimeBodyPart second)
                throws MessagingException {
            super(subtype, first, second);
            ContentType type = new ContentType(contentType);
            type.setParameter("boundary", boundary);
            contentType = type.toString();
        }
    }
}
