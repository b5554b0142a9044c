package org.postern.intake;

import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.MailboxName;

/// Whose "Sent" shows a message.
final class Author {

    private Author() {}

    /// The From field's first mailbox, if the connector vouches for it; else MAIL FROM. An
    /// automatic message has no author.
    static Optional<EmailAddress> of(HeaderSection header, IntakeTransaction transaction) {
        Connectors.Found way = transaction.way();
        if (transaction.reversePath().isEmpty() || way.connector().envelopeSenderOnly()) {
            return transaction.reversePath();
        }
        return header.from().stream()
                .findFirst()
                .flatMap(Author::address)
                .filter(way::mayName)
                .or(transaction::reversePath);
    }

    static Optional<EmailAddress> address(MailboxName mailbox) {
        try {
            return Optional.of(EmailAddress.parse(mailbox.address()));
        } catch (MalformedAddressException e) {
            return Optional.empty();
        }
    }
}
