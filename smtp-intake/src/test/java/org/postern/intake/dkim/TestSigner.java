package org.postern.intake.dkim;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;
import org.apache.james.jdkim.DKIMSigner;
import org.apache.james.jdkim.exceptions.FailException;

/// Signs as others do: jDKIM, with an RSA key made for one test run.
public final class TestSigner {

    private static final KeyPair KEY = rsa(2048);

    private TestSigner() {}

    static KeyPair rsa(int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(bits);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// What belongs into the DNS at `test._domainkey` of the domain.
    public static String record() {
        return record(KEY);
    }

    static String record(KeyPair key) {
        return "v=DKIM1; k=rsa; p="
                + Base64.getEncoder().encodeToString(key.getPublic().getEncoded());
    }

    /// The message with a signature of this domain before it.
    public static String sign(String domain, String message) {
        return signWith(
                "v=1; a=rsa-sha256; c=relaxed/relaxed; d="
                        + domain
                        + "; s=test; h=from:subject:from:subject; bh=; b=;",
                message);
    }

    static String signWith(String template, String message) {
        return signWith(template, message, KEY);
    }

    static String signWith(String template, String message, KeyPair key) {
        try {
            return new DKIMSigner(template, key.getPrivate())
                            .sign(new ByteArrayInputStream(message.getBytes(ISO_8859_1)))
                    + "\r\n"
                    + message;
        } catch (IOException | FailException e) {
            throw new IllegalStateException(e);
        }
    }
}
