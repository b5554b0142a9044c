package org.postern.server.cli;

import java.io.Serial;

/// A command was understood and could not be carried out; the message is one plain sentence that
/// says why.
public final class CommandFailedException extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final String sentence;

    public CommandFailedException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    public CommandFailedException(String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
    }

    /// What to tell whoever typed the command.
    public String sentence() {
        return sentence;
    }
}
