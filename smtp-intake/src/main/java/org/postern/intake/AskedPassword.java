package org.postern.intake;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.postern.crypto.PasswordHash;
import org.postern.db.MessagePassword;
import org.postern.mail.mime.HeaderField;
import org.postern.mail.mime.HeaderSection;

/// The password that a sender gives a message: `X-Postern-Password`, and `X-Postern-Password-Hint`
/// beside it. Other letters than ASCII as encoded words (RFC 2047). Like all that is said to us the
/// fields go no further, and the password is kept as a hash alone.
///
/// There is no word for it in the subject, which every server on the way writes into its log.
///
/// @param typed as the sender wrote it
record AskedPassword(String typed, Optional<String> hint) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /// A hash takes 19 MiB while it is made: senders who come at once wait for each other.
    private static final Semaphore HASHING = new Semaphore(2, true);

    static final String PASSWORD = "X-Postern-Password";
    static final String HINT = "X-Postern-Password-Hint";

    /// What is asked for, if anything.
    ///
    /// @throws UnusableException if it cannot be done
    static Optional<AskedPassword> of(HeaderSection header) throws UnusableException {
        List<HeaderField> passwords = header.all(PASSWORD);
        List<HeaderField> hints = header.all(HINT);
        if (passwords.isEmpty() && hints.isEmpty()) {
            return Optional.empty();
        }
        if (passwords.size() != 1 || hints.size() > 1) {
            throw new UnusableException();
        }
        AskedPassword asked =
                new AskedPassword(header.text(PASSWORD).orElse(""), header.text(HINT));
        if (!PasswordHash.isUsable(asked.typed, asked.hint)) {
            throw new UnusableException();
        }
        return Optional.of(asked);
    }

    MessagePassword hashed() {
        HASHING.acquireUninterruptibly();
        try {
            return new MessagePassword(
                    PasswordHash.hash(typed, RANDOM), hint.filter(text -> !text.isBlank()));
        } finally {
            HASHING.release();
        }
    }

    @Override
    public String toString() {
        return "AskedPassword[redacted]";
    }

    /// The fields say nothing that can be done.
    static final class UnusableException extends Exception {

        private static final long serialVersionUID = 1L;
    }
}
