package org.postern.server.embedded;

import java.io.Serial;

/// Postern cannot start, or cannot go on starting. The message is one plain sentence for whoever
/// typed the command; it says what to do, and it names no class.
public final class StartRefusedException extends Exception {

    @Serial private static final long serialVersionUID = 1;

    private final String sentence;

    public StartRefusedException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    public StartRefusedException(String sentence, Throwable cause) {
        super(sentence, cause);
        this.sentence = sentence;
    }

    /// What to tell whoever typed the command.
    public String sentence() {
        return sentence;
    }
}
