package org.postern.portal.reading;

import java.util.Optional;
import org.postern.db.LockKind;
import org.postern.db.MessageId;
import org.postern.keys.NotSignedInException;
import org.postern.mail.reading.Folders;
import org.postern.mail.reading.MessageRow;
import org.postern.portal.frame.Problem;
import org.postern.portal.frame.ProblemException;
import org.postern.portal.session.SignedIn;

/// The rows of messages that ask for a password or a PIN.
final class LockedRows {

    private final Folders folders;

    LockedRows(Folders folders) {
        this.folders = folders;
    }

    /// @throws ProblemException if this reader has no such message
    MessageRow find(SignedIn reader, MessageId id) throws NotSignedInException {
        return folders.row(reader.reader(), id)
                .orElseThrow(() -> new ProblemException(Problem.NO_MESSAGE));
    }

    /// What this reader wrote and has locked so.
    ///
    /// @throws ProblemException if there is no such message
    MessageRow own(SignedIn reader, MessageId id, LockKind lock) throws NotSignedInException {
        return Optional.of(find(reader, id))
                .filter(row -> row.sent() && row.lock().equals(Optional.of(lock)))
                .orElseThrow(() -> new ProblemException(Problem.NO_MESSAGE));
    }
}
