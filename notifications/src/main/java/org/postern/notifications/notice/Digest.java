package org.postern.notifications.notice;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.TenantId;

/// What a digest says: that several messages wait for somebody, and whose they are.
///
/// @param job by which the same digest, sent twice, is recognisable
/// @param messages how many
/// @param authors the names of who sent them, each once, in the order of their messages; fewer than
///   there are messages if some have none
/// @param recipient whom it is for
/// @param way how the recipient gets to the messages
/// @param language of the recipient
/// @param returnPath where it comes back to when it cannot be delivered
public record Digest(
        TenantId tenant,
        JobId job,
        int messages,
        List<String> authors,
        EmailAddress recipient,
        Way way,
        Locale language,
        Optional<EmailAddress> returnPath) {

    public Digest {
        authors = List.copyOf(authors);
    }

    @Override
    public String toString() {
        return "Digest[job=" + job + "]";
    }
}
