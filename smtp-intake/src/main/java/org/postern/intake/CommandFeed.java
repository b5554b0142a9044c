package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.intake.IntakeProperties.Patience;

/// What SubEthaSMTP reads instead of the client's bytes: the verb of one well-formed command line
/// at a time. It takes the first four letters for a verb (`DATAfoo` would be DATA), logs whole
/// lines, takes 998 characters at most and knows neither deadlines nor numbers of errors; so lines
/// are read, judged and kept here, and only a verb that is in our list goes on.
final class CommandFeed extends InputStream {

    private static final int LONGEST_LINE = 2_048; // Postfix's line_length_limit
    private static final int LONGEST_SKIPPED = 64 * 1024;
    private static final byte[] NOTHING = {};

    private final Connection connection;
    private final Patience patience;
    private final Set<String> verbs = Verb.names();
    private final byte[] line = new byte[LONGEST_LINE];
    private byte[] waiting = NOTHING;
    private int given;
    private String argument = "";

    CommandFeed(Connection connection, IntakeProperties properties) {
        this.connection = connection;
        this.patience = properties.patience();
    }

    /// What stood behind the verb, without the blank between them. To be had once.
    String takeArgument() {
        String taken = argument;
        argument = "";
        return taken;
    }

    /// The client's next line, which is no command: the answer to a challenge (RFC 4954, section
    /// 4). Empty if it was refused, and the client has been told.
    Optional<String> answer() throws IOException {
        return Optional.ofNullable(nextLine());
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0];
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (given == waiting.length) {
            Optional<String> verb = nextVerb();
            if (verb.isEmpty()) {
                return -1;
            }
            waiting = (verb.get() + "\r\n").getBytes(US_ASCII);
            given = 0;
        }
        int count = Math.min(length, waiting.length - given);
        System.arraycopy(waiting, given, into, offset, count);
        given += count;
        return count;
    }

    /// Empty when the session is over.
    private Optional<String> nextVerb() {
        IntakeSession session = connection.session();
        try {
            while (!session.isEnding()) {
                String text = nextLine();
                if (text != null) {
                    return Optional.of(split(text));
                }
            }
        } catch (SocketTimeoutException e) {
            session.end(Reply.TIMEOUT);
        } catch (IOException gone) {
            session.end();
        }
        return Optional.empty();
    }

    private String split(String text) {
        int blank = text.indexOf(' ');
        String verb = (blank < 0 ? text : text.substring(0, blank)).toUpperCase(Locale.ROOT);
        argument = blank < 0 ? "" : text.substring(blank + 1).strip();
        return verbs.contains(verb) ? verb : Verb.UNKNOWN;
    }

    /// Null if what came was answered already.
    private @Nullable String nextLine() throws IOException {
        Wire wire = connection.wire();
        IntakeSession session = connection.session();
        if (!awaitCommand(wire, session)) {
            return null;
        }
        Deadline deadline = new Deadline(patience.requestDeadline(), patience.minBytesPerSecond());
        int length = 0;
        boolean afterCr = false;
        while (true) {
            wire.await(deadline);
            byte c = wire.next();
            if (c == '\n' && afterCr) {
                break;
            }
            if (c == '\n' || c == 0 || afterCr) {
                // Closing at once is safe: nothing behind it is ever read as a command.
                session.end(Reply.BAD_LINE_END);
                return null;
            }
            afterCr = c == '\r';
            if (!afterCr) {
                if (length < LONGEST_LINE) {
                    line[length] = c;
                }
                length++;
            }
            if (length > LONGEST_SKIPPED) {
                session.end(Reply.LINE_TOO_LONG);
                return null;
            }
        }
        if (length > LONGEST_LINE) {
            Arrays.fill(line, (byte) 0);
            session.reply(Reply.LINE_TOO_LONG);
            return null;
        }
        return decode(session, length);
    }

    private boolean awaitCommand(Wire wire, IntakeSession session) throws IOException {
        if (wire.hasBytes()) {
            return true;
        }
        if (!session.hasTransaction() && !mayIdle(session)) {
            return false;
        }
        wire.await(new Deadline(patience.idleTimeout(), patience.minBytesPerSecond()));
        if (!connection.beBusy()) {
            session.end();
            return false;
        }
        return true;
    }

    /// First idle, then the question: either we see that the door closes, or whoever closes it sees
    /// that we are idle.
    private boolean mayIdle(IntakeSession session) {
        boolean dismissed = !connection.beIdle();
        if (!dismissed && !session.isDraining()) {
            return true;
        }
        if (dismissed || !connection.beBusy()) {
            session.end();
        } else {
            session.end(Reply.CLOSING);
        }
        return false;
    }

    private @Nullable String decode(IntakeSession session, int length) throws IOException {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(line, 0, length)).toString();
        } catch (CharacterCodingException e) {
            session.reply(Reply.SYNTAX); // RFC 6531, section 3.1: UTF-8 or nothing
            return null;
        } finally {
            Arrays.fill(line, (byte) 0);
        }
    }
}
