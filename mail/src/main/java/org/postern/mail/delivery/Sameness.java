package org.postern.mail.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.crypto.MacKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.mail.mime.HeaderSection;

/// By what stored messages are known to be the same mail. HMACs under the tenant's index key: plain
/// hashes would let a thief of the database ask whether a text he knows is in it.
///
/// @param copy the same for all messages that a mail server makes of one for several recipients,
///   with trace fields of their own: of msg-id and body
/// @param duplicate the same if a client that lost our 250 hands the message in again (RFC 1047):
///   of envelope, msg-id and all of the content but trace fields
record Sameness(Optional<Mac256> copy, Optional<Mac256> duplicate) {

    /// Without a msg-id nothing says that two messages are one: two alike may both be meant.
    static Sameness of(
            Optional<ContentDigest.Hashes> hashes,
            HeaderSection header,
            Envelope envelope,
            MacKey index) {
        if (hashes.isEmpty() || header.messageId().isEmpty()) {
            return new Sameness(Optional.empty(), Optional.empty());
        }
        String msgId = header.messageId().get();
        String body = hashes.get().body();
        // No line end can be in a msg-id or in an address, so no two give the same text.
        return new Sameness(
                Optional.of(mac(index, "copy", msgId, body)),
                Optional.of(
                        mac(
                                index,
                                "duplicate",
                                msgId,
                                body,
                                hashes.get().header(),
                                envelope.reversePath().map(EmailAddress::normalForm).orElse(""),
                                recipients(envelope))));
    }

    private static Mac256 mac(MacKey index, String... lines) {
        return index.mac(String.join("\n", lines).getBytes(UTF_8));
    }

    /// In one order, since a client may name them in another when it tries again.
    private static String recipients(Envelope envelope) {
        return envelope.recipients().stream()
                .map(recipient -> recipient.address().normalForm())
                .distinct()
                .sorted()
                .collect(Collectors.joining("\n"));
    }
}
