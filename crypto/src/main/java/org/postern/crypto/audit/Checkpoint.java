package org.postern.crypto.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;

/// How many events a chain has and what they hash to (c2sp.org/tlog-checkpoint; docs/format.md,
/// section 11.3).
///
/// @param origin names the chain
public record Checkpoint(String origin, long size, Mac256 root) {

    private static final Pattern TEXT =
            Pattern.compile("([^\\s+]+)\\n(0|[1-9][0-9]{0,17})\\n([A-Za-z0-9+/]{43}=)\\n");

    /// The name of a tenant's chain, and of the key that signs it.
    public static String origin(UUID tenant) {
        return "postern.example/audit/" + tenant;
    }

    /// The text that is signed.
    public String text() {
        return origin
                + "\n"
                + size
                + "\n"
                + Base64.getEncoder().encodeToString(root.toBytes())
                + "\n";
    }

    /// A signed note of it (c2sp.org/signed-note); the key is named after the origin.
    public String sign(SigningKey key) {
        String text = text();
        VerifierKey verifier = new VerifierKey(origin, key.publicKey());
        byte[] signature =
                ByteBuffer.allocate(4 + 64)
                        .putInt(verifier.id())
                        .put(key.signNote(text).toBytes())
                        .array();
        return text
                + "\n"
                + VerifierKey.DASH
                + origin
                + " "
                + Base64.getEncoder().encodeToString(signature)
                + "\n";
    }

    /// Reads the text of a note whose signature was found right. There is one text for each
    /// checkpoint, without extension lines.
    static Checkpoint parse(String text) throws OpeningFailedException {
        Matcher lines = TEXT.matcher(text);
        if (!lines.matches()) {
            throw new OpeningFailedException();
        }
        byte[] root = Base64.getDecoder().decode(lines.group(3).getBytes(UTF_8));
        Checkpoint checkpoint =
                new Checkpoint(lines.group(1), Long.parseLong(lines.group(2)), Mac256.of(root));
        if (!checkpoint.text().equals(text)) {
            throw new OpeningFailedException();
        }
        return checkpoint;
    }
}
