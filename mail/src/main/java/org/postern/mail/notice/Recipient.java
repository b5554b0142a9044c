package org.postern.mail.notice;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.store.NoticeRules;

/// Somebody for whom messages wait, as far as he may be told of them.
///
/// @param language that he is written to in
/// @param rules of his tenant
/// @param returnDomain where his tenant's mail comes back to, if it has one
/// @param messages that he was to be told of and that are not gone
record Recipient(
        EmailAddress address,
        Locale language,
        NoticeRules rules,
        Optional<String> returnDomain,
        List<WaitingMessage> messages) {

    /// Those of which telling him again makes sense.
    List<WaitingMessage> waiting(Instant now) {
        return messages.stream().filter(message -> message.waits(now)).toList();
    }

    @Override
    public String toString() {
        return "Recipient[" + messages + "]";
    }
}
