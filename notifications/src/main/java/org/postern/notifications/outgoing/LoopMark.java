package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.util.Base64;
import org.postern.crypto.MacKey;

/// By this our own mail is known when a gateway routes it back to us: `instance;mac`. Only who has
/// the key can make one, so a stranger's mail is not refused for carrying it.
public final class LoopMark {

    /// The header field.
    public static final String FIELD = "X-Postern-Loop";

    private static final String PURPOSE = "postern loop mark\0";

    private final String instance;
    private final MacKey key;

    /// @param instance who sends, of `A-Z a-z 0-9 . _ -`
    public LoopMark(String instance, MacKey key) {
        if (!instance.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("instance id is not 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        this.instance = instance;
        this.key = key;
    }

    /// The field's value for a mail of ours.
    ///
    /// @param msgId as it stands in Message-ID
    public String value(String msgId) {
        return instance + ";" + mac(instance, msgId);
    }

    /// Whether a mail with this value and Message-ID came from us.
    public boolean isOurs(String value, String msgId) {
        int end = value.indexOf(';');
        return end > 0
                && MessageDigest.isEqual(
                        value.substring(end + 1).strip().getBytes(UTF_8),
                        mac(value.substring(0, end).strip(), msgId).getBytes(UTF_8));
    }

    private String mac(String by, String msgId) {
        byte[] mac = key.mac((PURPOSE + by + "\0" + msgId.strip()).getBytes(UTF_8)).toBytes();
        return Base64.getUrlEncoder().withoutPadding().encodeToString(mac);
    }
}
