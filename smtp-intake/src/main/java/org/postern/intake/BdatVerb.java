package org.postern.intake;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.postern.intake.IntakeProperties.Patience;

/// BDAT (RFC 3030, section 2): content in chunks of a stated length. A chunk follows its command
/// without waiting, so it is read to its end whatever becomes of it.
final class BdatVerb {

    private static final Pattern CHUNK = Pattern.compile("([0-9]{1,20})(?: +(?i:(LAST)))?");

    private BdatVerb() {}

    static void execute(IntakeSession session, String argument) throws IOException {
        Matcher chunk = CHUNK.matcher(argument);
        if (!chunk.matches()) {
            session.end(Reply.BAD_ARGUMENT); // how much follows is anybody's guess
            return;
        }
        long size = size(chunk.group(1));
        boolean last = chunk.group(2) != null;
        if (size > 2 * session.surroundings().properties().limits().maxMessageBytes()) {
            session.end(Reply.TOO_MUCH_DATA);
            return;
        }
        Optional<IntakeTransaction> open =
                session.transaction().filter(transaction -> transaction.recipientCount() > 0);
        try {
            if (open.isPresent()) {
                take(session, open.get(), size, last);
            } else {
                read(session, size, null);
                session.reply(Reply.BAD_SEQUENCE);
            }
        } catch (SocketTimeoutException e) {
            session.end(Reply.TIMEOUT);
            session.resetTransaction();
        }
    }

    private static void take(
            IntakeSession session, IntakeTransaction transaction, long size, boolean last)
            throws IOException {
        IncomingContent content = transaction.content().orElse(null);
        if (content == null) {
            content = new IncomingContent(session, transaction);
            transaction.begin(content);
        }
        read(session, size, content);
        if (content.isFarTooMuch()) {
            session.end(Reply.TOO_MUCH_DATA);
            session.resetTransaction();
        } else if (last) {
            content.finish();
            session.resetTransaction();
        } else if (content.refusal().isPresent()) {
            // The chunks that are under way already find no transaction and are read and refused.
            content.sayRefusal();
            session.resetTransaction();
        } else {
            session.reply(Reply.CHUNK_OK);
        }
    }

    private static void read(IntakeSession session, long size, @Nullable IncomingContent into)
            throws IOException {
        Patience patience = session.surroundings().properties().patience();
        Deadline deadline = new Deadline(patience.requestDeadline(), patience.minBytesPerSecond());
        Wire wire = session.connection().wire();
        wire.expectContent();
        long left = size;
        while (left > 0) {
            wire.await(deadline);
            int count = (int) Math.min(left, wire.limit() - wire.position());
            if (into != null) {
                into.add(wire.buffer(), wire.position(), count);
            }
            wire.readTo(wire.position() + count);
            left -= count;
        }
    }

    private static long size(String digits) {
        try {
            return Long.parseLong(digits);
        } catch (NumberFormatException overNineteenDigits) {
            return Long.MAX_VALUE;
        }
    }
}
