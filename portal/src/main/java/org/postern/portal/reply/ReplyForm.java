package org.postern.portal.reply;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.mail.door.NotReadyException;
import org.postern.mail.reading.Reader;
import org.postern.mail.reply.Replies;
import org.postern.mail.reply.Reply;
import org.postern.mail.spool.SpoolFullException;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpStatus;

/// Carries an answer from the form into the sealer while it comes in. Fields come in the order of
/// the page: token (read before), key, text, files.
final class ReplyForm {

    private static final Logger log = LoggerFactory.getLogger(ReplyForm.class);
    private static final int LONGEST_KEY = 36;
    private static final int LONGEST_TEXT_BYTES = 1 << 20;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final Replies replies;
    private final long maxFileBytes;
    private final long maxReplyBytes;

    ReplyForm(Replies replies, long maxFileBytes, long maxReplyBytes) {
        this.replies = replies;
        this.maxFileBytes = maxFileBytes;
        this.maxReplyBytes = maxReplyBytes;
    }

    /// Why an answer was not sent; the words are under its key.
    enum Refusal {
        EMPTY(HttpStatus.UNPROCESSABLE_CONTENT, "reply.problem.empty"),
        TEXT_TOO_LONG(HttpStatus.CONTENT_TOO_LARGE, "reply.problem.text"),
        FILE_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "reply.problem.file"),
        ALL_TOO_LARGE(HttpStatus.CONTENT_TOO_LARGE, "reply.problem.all"),
        NO_ROOM(HttpStatus.SERVICE_UNAVAILABLE, "reply.problem.room");

        private final HttpStatus status;
        private final String key;

        Refusal(HttpStatus status, String key) {
            this.status = status;
            this.key = key;
        }

        int status() {
            return status.value();
        }

        String key() {
            return key;
        }
    }

    /// How it went.
    ///
    /// @param text what was typed, for a form that is shown again
    /// @param refusal empty if it was sent
    record Result(UUID key, String text, Optional<Refusal> refusal) {

        @Override
        public String toString() {
            return "Result[" + key + "]";
        }
    }

    /// Reads the form to its end whatever happens: a browser listens only after it has said all.
    Result take(Reader reader, MessageId inReplyTo, StreamedForm form)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException,
                    NotReadyException {
        UUID key = key(form);
        StreamedForm.Part textPart = next(form, "text");
        String text;
        try {
            text = textPart.text(LONGEST_TEXT_BYTES);
        } catch (FieldTooLongException e) {
            form.drain();
            return new Result(key, "", Optional.of(Refusal.TEXT_TOO_LONG));
        }
        try (Reply reply =
                replies.begin(reader, inReplyTo, key)
                        .orElseThrow(() -> new ProblemException(Problem.NO_MESSAGE))) {
            reply.text(text);
            Optional<Refusal> refusal = files(form, reply, text.isBlank());
            if (refusal.isEmpty()) {
                log.info(
                        "reply accepted: tenant={} message={} in_reply_to={}",
                        reader.tenant(),
                        reply.send(),
                        inReplyTo);
            }
            return new Result(key, text, refusal);
        } catch (SpoolFullException e) {
            log.error("reply not accepted: reason=spool-full");
            form.drain();
            return new Result(key, text, Optional.of(Refusal.NO_ROOM));
        }
    }

    private Optional<Refusal> files(StreamedForm form, Reply reply, boolean needed)
            throws IOException {
        long left = maxReplyBytes;
        boolean any = false;
        Optional<StreamedForm.Part> part = form.next();
        while (part.isPresent()) {
            if (part.get().isFile() && !part.get().fileName().isEmpty()) {
                any = true;
                long most = Math.min(maxFileBytes, left);
                long bytes = copy(part.get(), reply, most);
                if (bytes > most) {
                    form.drain();
                    return Optional.of(
                            most == maxFileBytes ? Refusal.FILE_TOO_LARGE : Refusal.ALL_TOO_LARGE);
                }
                left -= bytes;
            }
            part = form.next();
        }
        return needed && !any ? Optional.of(Refusal.EMPTY) : Optional.empty();
    }

    /// @return how many bytes the file has; one more than `most` stands for any number above
    private static long copy(StreamedForm.Part part, Reply reply, long most) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        try (InputStream in = part.bytes();
                OutputStream out = reply.attach(FileName.of(part.fileName()), part.mediaType())) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                bytes += n;
                if (bytes > most) {
                    return most + 1;
                }
                out.write(buffer, 0, n);
            }
        }
        return bytes;
    }

    private static UUID key(StreamedForm form) throws IOException {
        try {
            UUID key = UUID.fromString(next(form, "key").text(LONGEST_KEY));
            if (key.version() == 7) { // it becomes the id of the message
                return key;
            }
            throw new ProblemException(Problem.BAD_REQUEST);
        } catch (IllegalArgumentException | FieldTooLongException e) {
            throw new ProblemException(Problem.BAD_REQUEST);
        }
    }

    private static StreamedForm.Part next(StreamedForm form, String name) throws IOException {
        return form.next()
                .filter(part -> !part.isFile() && part.name().equals(name))
                .orElseThrow(() -> new ProblemException(Problem.BAD_REQUEST));
    }
}
