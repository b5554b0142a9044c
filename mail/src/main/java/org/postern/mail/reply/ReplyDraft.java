package org.postern.mail.reply;

import java.util.List;
import org.postern.mail.mime.MailboxName;

/// What a reply begins with.
///
/// @param recipients whom it goes to: the author, and everybody the message named openly, less its
///   writer
/// @param subject with one `Re:`
public record ReplyDraft(List<MailboxName> recipients, String subject) {

    public ReplyDraft {
        recipients = List.copyOf(recipients);
    }

    @Override
    public String toString() {
        return "ReplyDraft[redacted]";
    }
}
