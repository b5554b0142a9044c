package org.postern.server.board;

/// What an operator asked for cannot be done; the message is a sentence for him.
final class RefusedException extends Exception {

    private static final long serialVersionUID = 1L;

    RefusedException(String sentence) {
        super(sentence);
    }
}
