package org.postern.notifications.report;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.JobId;
import org.postern.db.TenantId;

/// What a delivery status notification says (RFC 3464) of one message and one mailbox. No subject,
/// no header field, no content: there is no field for them.
///
/// RET (RFC 3461, section 4.3) is therefore not honoured: what was sealed never leaves in clear,
/// not even to who wrote it (ARCHITECTURE.md, P9).
///
/// @param job by which the same report, sent twice, is recognisable
/// @param reversePath who is told
/// @param envelopeId ENVID, as it was given
/// @param arrivedAt when the message came
/// @param recipients the forward-paths of this mailbox, at least one
/// @param language of who is told
public record Report(
        TenantId tenant,
        JobId job,
        EmailAddress reversePath,
        Optional<String> envelopeId,
        Instant arrivedAt,
        List<Envelope.Recipient> recipients,
        Fate fate,
        Locale language) {

    public Report {
        recipients = List.copyOf(recipients);
        if (recipients.isEmpty()) {
            throw new IllegalArgumentException("a report is about somebody");
        }
    }

    /// What became of the message (RFC 3464, section 2.3.3).
    public sealed interface Fate {

        /// It is in the mailbox, where its owner may read it.
        record Delivered() implements Fate {}

        /// Its owner could not be told of it yet.
        ///
        /// @param reply what a mail server said last
        /// @param until when it is tried again and again
        record Delayed(Optional<RelayReply> reply, Instant until) implements Fate {}

        /// Its owner was not told of it.
        ///
        /// @param status of RFC 3463
        /// @param reply what a mail server said last
        record Failed(String status, Optional<RelayReply> reply) implements Fate {

            public Failed {
                if (!status.matches("[45]\\.[0-9]{1,3}\\.[0-9]{1,3}")) {
                    throw new IllegalArgumentException("a status is three numbers");
                }
            }
        }
    }

    @Override
    public String toString() {
        return "Report[job=" + job + "]";
    }
}
