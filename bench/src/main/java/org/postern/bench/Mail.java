package org.postern.bench;

import java.util.Objects;

/// One message to one recipient.
final class Mail {

    private final String recipient;
    private final byte[] content;

    Mail(String recipient, byte[] content) {
        this.recipient = recipient;
        this.content = Objects.requireNonNull(content);
    }

    String recipient() {
        return recipient;
    }

    byte[] content() {
        return content;
    }
}
