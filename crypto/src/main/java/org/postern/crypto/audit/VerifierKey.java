package org.postern.crypto.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;

/// The public half of a key that signs notes, under the name it signs with (c2sp.org/signed-note).
///
/// @param name without spaces or plus signs
public record VerifierKey(String name, PublicKey32 key) {

    static final String DASH = "\u2014 ";

    private static final byte ED25519 = 1;
    private static final int LONGEST_NOTE = 1 << 16;
    private static final String BASE64 = "([A-Za-z0-9+/]+={0,2})";
    private static final Pattern TEXT = Pattern.compile("([^\\s+]+)\\+([0-9a-f]{8})\\+" + BASE64);
    private static final Pattern SIGNATURE = Pattern.compile(DASH + "([^\\s+]+) " + BASE64);

    /// Reads what [#text] wrote.
    public static VerifierKey parse(String text) throws OpeningFailedException {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new OpeningFailedException();
        }
        byte[] bytes = decode(parts.group(3));
        if (bytes.length == 0 || bytes[0] != ED25519) {
            throw new OpeningFailedException();
        }
        VerifierKey key =
                new VerifierKey(
                        parts.group(1), PublicKey32.of(Arrays.copyOfRange(bytes, 1, bytes.length)));
        if (!key.text().equals(text)) {
            throw new OpeningFailedException();
        }
        return key;
    }

    /// `name+id+key`, as tools for signed notes take it.
    public String text() {
        return name
                + "+"
                + HexFormat.of().toHexDigits(id())
                + "+"
                + Base64.getEncoder().encodeToString(encoded());
    }

    /// The first four bytes of SHA-256(name || LF || 0x01 || key).
    int id() {
        byte[] bytes = name.getBytes(UTF_8);
        return ByteBuffer.wrap(
                        Mac256.sha256(
                                        ByteBuffer.allocate(bytes.length + 1 + 33)
                                                .put(bytes)
                                                .put((byte) '\n')
                                                .put(encoded())
                                                .array())
                                .toBytes())
                .getInt();
    }

    /// The checkpoint that this note holds.
    ///
    /// @throws OpeningFailedException if this key did not sign it, or it is none of this key's
    ///   chain
    public Checkpoint open(String note) throws OpeningFailedException {
        int end = note.lastIndexOf("\n\n");
        if (note.length() > LONGEST_NOTE
                || end < 0
                || end + 2 == note.length()
                || !note.endsWith("\n")) {
            throw new OpeningFailedException();
        }
        String text = note.substring(0, end + 1);
        boolean signed = false;
        for (String line : note.substring(end + 2, note.length() - 1).split("\n", -1)) {
            signed |= isSignature(line, text);
        }
        if (!signed) {
            throw new OpeningFailedException();
        }
        Checkpoint checkpoint = Checkpoint.parse(text);
        if (!checkpoint.origin().equals(name)) {
            throw new OpeningFailedException();
        }
        return checkpoint;
    }

    /// Others, such as witnesses, may have signed too: their lines are passed over. A line of this
    /// key that is wrong spoils the note.
    private boolean isSignature(String line, String text) throws OpeningFailedException {
        Matcher parts = SIGNATURE.matcher(line);
        if (!parts.matches()) {
            throw new OpeningFailedException();
        }
        ByteBuffer bytes = ByteBuffer.wrap(decode(parts.group(2)));
        if (bytes.remaining() < 4) {
            throw new OpeningFailedException();
        }
        if (bytes.getInt() != id() || !parts.group(1).equals(name)) {
            return false;
        }
        byte[] signature = new byte[bytes.remaining()];
        bytes.get(signature);
        SigningKey.verifyNote(key, text, Signature64.of(signature));
        return true;
    }

    private byte[] encoded() {
        return ByteBuffer.allocate(33).put(ED25519).put(key.toBytes()).array();
    }

    private static byte[] decode(String base64) throws OpeningFailedException {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new OpeningFailedException();
        }
    }
}
