package org.postern.mail.board;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.UUID;

/// The parts of the service as people know them, in the order in which they are shown.
public enum Part {
    READING,
    TAKING,
    TELLING;

    /// Under which the board has what was seen of it; the same in every process.
    public UUID subject() {
        return UUID.nameUUIDFromBytes(("postern part " + name()).getBytes(UTF_8));
    }

    /// Under which the words are.
    public String key() {
        return "status.part." + name().toLowerCase(Locale.ROOT);
    }
}
