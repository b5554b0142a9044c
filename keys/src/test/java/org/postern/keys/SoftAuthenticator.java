package org.postern.keys;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import org.postern.crypto.sealed.Mac256;
import org.postern.keys.KeyService.Assertion;
import org.postern.keys.SignInSettings.NewPasskey;

/// An authenticator with one passkey (ES256), together with its browser. It signs whatever it is
/// told to, so also what no honest one would.
final class SoftAuthenticator {

    static final String ORIGIN = "https://mail.clinic.example";
    static final String HOST = "mail.clinic.example";

    private static final int USER_PRESENT = 0x01;
    private static final int USER_VERIFIED = 0x04;
    private static final int CREDENTIAL = 0x40;

    private final byte[] id = new byte[32];
    private final KeyPair key;
    private int count;
    private int verified = USER_VERIFIED;
    private String origin = ORIGIN;
    private String host = HOST;

    SoftAuthenticator(SecureRandom random) {
        random.nextBytes(id);
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            key = generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Does not look who is there.
    SoftAuthenticator unverified() {
        verified = 0;
        return this;
    }

    /// The browser is at another page.
    SoftAuthenticator at(String otherOrigin, String otherHost) {
        origin = otherOrigin;
        host = otherHost;
        return this;
    }

    SoftAuthenticator counting(int from) {
        count = from;
        return this;
    }

    /// Makes its passkey for this challenge.
    NewPasskey make(String challenge, String name) {
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        data.writeBytes(Mac256.sha256(host.getBytes(UTF_8)).toBytes());
        data.write(USER_PRESENT | verified | CREDENTIAL);
        data.writeBytes(ByteBuffer.allocate(4).putInt(count).array());
        data.writeBytes(new byte[16]); // no maker
        data.writeBytes(ByteBuffer.allocate(2).putShort((short) id.length).array());
        data.writeBytes(id);
        data.writeBytes(publicKey());
        ByteArrayOutputStream object = new ByteArrayOutputStream();
        object.write(0xa3); // a map of three
        object.writeBytes(text("fmt"));
        object.writeBytes(text("none"));
        object.writeBytes(text("attStmt"));
        object.write(0xa0);
        object.writeBytes(text("authData"));
        object.write(0x59);
        object.writeBytes(ByteBuffer.allocate(2).putShort((short) data.size()).array());
        object.writeBytes(data.toByteArray());
        return new NewPasskey(
                base64(clientData("webauthn.create", challenge)),
                base64(object.toByteArray()),
                origin,
                name);
    }

    /// Signs a challenge with it.
    Assertion sign(String challenge) {
        byte[] data =
                ByteBuffer.allocate(37)
                        .put(Mac256.sha256(host.getBytes(UTF_8)).toBytes())
                        .put((byte) (USER_PRESENT | verified))
                        .putInt(count)
                        .array();
        byte[] client = clientData("webauthn.get", challenge);
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(key.getPrivate());
            signature.update(data);
            signature.update(Mac256.sha256(client).toBytes());
            return new Assertion(
                    base64(id), base64(client), base64(data), base64(signature.sign()), origin);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private byte[] clientData(String type, String challenge) {
        return ("{\"type\":\""
                        + type
                        + "\",\"challenge\":\""
                        + challenge
                        + "\",\"origin\":\""
                        + origin
                        + "\",\"crossOrigin\":false}")
                .getBytes(UTF_8);
    }

    /// As a COSE key: type 2, algorithm -7, curve 1, x, y.
    private byte[] publicKey() {
        ECPublicKey point = (ECPublicKey) key.getPublic();
        ByteArrayOutputStream cose = new ByteArrayOutputStream();
        cose.writeBytes(new byte[] {(byte) 0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21});
        cose.writeBytes(coordinate(point.getW().getAffineX()));
        cose.write(0x22);
        cose.writeBytes(coordinate(point.getW().getAffineY()));
        return cose.toByteArray();
    }

    private static byte[] coordinate(BigInteger value) {
        byte[] bytes = value.toByteArray();
        ByteBuffer padded = ByteBuffer.allocate(34).put((byte) 0x58).put((byte) 32);
        int excess = Math.max(0, bytes.length - 32);
        padded.position(2 + 32 - (bytes.length - excess));
        return padded.put(bytes, excess, bytes.length - excess).array();
    }

    private static byte[] text(String text) {
        return ByteBuffer.allocate(1 + text.length())
                .put((byte) (0x60 + text.length()))
                .put(text.getBytes(UTF_8))
                .array();
    }

    private static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
