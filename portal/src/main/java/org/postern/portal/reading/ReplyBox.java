package org.postern.portal.reading;

import java.util.UUID;

/// The form at the end of a thread.
///
/// @param key names the answer that will be written in it: sent twice, it is one message
/// @param text what was typed already
/// @param problem why it was not sent, as a key of the message bundle; empty if nothing is wrong
public record ReplyBox(UUID key, String text, String problem) {

    /// What somebody typed is content.
    @Override
    public String toString() {
        return "ReplyBox[" + key + "]";
    }
}
