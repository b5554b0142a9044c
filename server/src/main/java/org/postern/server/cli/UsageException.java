package org.postern.server.cli;

import java.io.Serial;

/// What was typed cannot be understood; the message is one plain sentence that says what would be.
public final class UsageException extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final String sentence;

    public UsageException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    /// What to tell whoever typed the command.
    public String sentence() {
        return sentence;
    }
}
