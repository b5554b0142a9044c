package org.postern.intake;

import java.util.List;
import java.util.Optional;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.mail.mime.HeaderSection;
import org.postern.mail.mime.MailboxName;

/// Every author that a message names lies in the verified domains of the connector's tenant, unless
/// the connector judges the envelope alone: otherwise anybody's mail could come in anybody's name.
final class AuthorPolicy implements HeaderPolicy {

    @Override
    public Optional<Reply> refusal(
            HeaderSection header, IntakeTransaction transaction, Limits limits) {
        Connectors.Found way = transaction.way();
        if (way.connector().envelopeSenderOnly()) {
            return Optional.empty();
        }
        List<MailboxName> authors = header.from();
        boolean all =
                !authors.isEmpty()
                        && authors.size() < HeaderSection.MOST_MAILBOXES // more were not read
                        && authors.stream()
                                .allMatch(author ->
                                        Author.address(author).filter(way::mayName).isPresent());
        return all ? Optional.empty() : Optional.of(Reply.NOT_ALLOWED);
    }
}
