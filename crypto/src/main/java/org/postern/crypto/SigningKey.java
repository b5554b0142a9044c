package org.postern.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;

/// Signs with Ed25519 (RFC 8032); what is signed is always `purpose || 00 || bytes`.
public final class SigningKey extends Secret {

    private final byte[] publicKey = new byte[Ed25519.PUBLIC_KEY_SIZE];

    private SigningKey(byte[] seed) {
        super(seed);
        Ed25519.generatePublicKey(seed, 0, publicKey, 0);
    }

    public static SigningKey generate(SecureRandom random) {
        return new SigningKey(random(random));
    }

    /// Takes a seed that was kept elsewhere.
    public static SigningKey importSecret(byte[] seed) {
        return new SigningKey(seed.clone());
    }

    static SigningKey of(byte[] fresh) {
        return new SigningKey(fresh);
    }

    /// Another key that follows from this one and does not lead back to it, for what is signed in a
    /// form that is not ours (docs/format.md, section 11.3).
    public SigningKey derive(String purpose) {
        return new SigningKey(
                Hkdf.expand(
                        secret(),
                        Bytes.label("postern signing").add(Purpose.bytes(purpose)).toArray(),
                        BYTES));
    }

    /// A key for look-up values that follows from this one and does not lead back to it, for what
    /// all processes of a cluster know alike and no organisation is the owner of.
    public MacKey deriveMac(String purpose) {
        return MacKey.of(
                Hkdf.expand(
                        secret(),
                        Bytes.label("postern cluster mac").add(Purpose.bytes(purpose)).toArray(),
                        BYTES));
    }

    public PublicKey32 publicKey() {
        return Bytes.sealed(PublicKey32::of, publicKey);
    }

    /// A signature made for one purpose never verifies for another.
    public Signature64 sign(String purpose, byte[] bytes) {
        byte[] message = message(purpose, bytes);
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(secret(), 0, publicKey, 0, message, 0, message.length, signature, 0);
        return Bytes.sealed(Signature64::of, signature);
    }

    public static void verify(PublicKey32 key, String purpose, byte[] bytes, Signature64 signature)
            throws OpeningFailedException {
        if (!isBy(key, purpose, bytes, signature)) {
            throw new OpeningFailedException();
        }
    }

    static boolean isBy(PublicKey32 key, String purpose, byte[] bytes, Signature64 signature) {
        return verifies(key.toBytes(), message(purpose, bytes), signature.toBytes());
    }

    /// Signs the text of a C2SP signed note (c2sp.org/signed-note), whose form leaves no room for a
    /// purpose. A note has no zero byte and every other message has one, so neither passes for the
    /// other.
    public Signature64 signNote(String text) {
        byte[] note = note(text);
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(secret(), 0, publicKey, 0, note, 0, note.length, signature, 0);
        return Bytes.sealed(Signature64::of, signature);
    }

    public static void verifyNote(PublicKey32 key, String text, Signature64 signature)
            throws OpeningFailedException {
        if (!isNote(text) || !verifies(key.toBytes(), note(text), signature.toBytes())) {
            throw new OpeningFailedException();
        }
    }

    static boolean verifies(byte[] key, byte[] message, byte[] signature) {
        return Ed25519.verify(signature, 0, key, 0, message, 0, message.length);
    }

    private static byte[] message(String purpose, byte[] bytes) {
        return new Bytes().add(Purpose.bytes(purpose)).add(0).add(bytes).toArray();
    }

    /// Lines without control characters, the last one ended too.
    private static boolean isNote(String text) {
        return text.endsWith("\n") && text.chars().allMatch(c -> c >= ' ' || c == '\n');
    }

    private static byte[] note(String text) {
        if (!isNote(text)) {
            throw new IllegalArgumentException("a note is lines of text");
        }
        return text.getBytes(UTF_8);
    }
}
