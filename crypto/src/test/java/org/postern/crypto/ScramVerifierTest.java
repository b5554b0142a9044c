package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScramVerifierTest {

    /// The example of RFC 7677, section 3.
    private static final String AUTH_MESSAGE =
            "n=user,r=rOprNGfwEbeRWgbNEkqO,"
                    + "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
                    + "s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,"
                    + "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";

    private static final byte[] SALT = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
    private static final byte[] PROOF =
            Base64.getDecoder().decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");

    @Test
    void theExampleOfTheStandardIsRight() {
        ScramVerifier verifier = ScramVerifier.of("pencil", SALT, 4_096);
        assertThat(verifier.serverSignature(AUTH_MESSAGE, PROOF))
                .hasValue(
                        Base64.getDecoder().decode("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
    }

    @Test
    void aProofOfAnotherPasswordAnotherMessageOrAnotherLengthIsRefused() {
        ScramVerifier verifier = ScramVerifier.of("pencil", SALT, 4_096);
        assertThat(ScramVerifier.of("pencils", SALT, 4_096).serverSignature(AUTH_MESSAGE, PROOF))
                .isEmpty();
        assertThat(verifier.serverSignature(AUTH_MESSAGE + "x", PROOF)).isEmpty();
        assertThat(verifier.serverSignature(AUTH_MESSAGE, new byte[31])).isEmpty();
        assertThat(verifier.serverSignature(AUTH_MESSAGE, new byte[0])).isEmpty();
    }

    @Test
    void whatIsKeptKnowsThePasswordAndDoesNotHoldIt() {
        SecureRandom random = new SecureRandom();
        String password = Tokens.token(random);
        String text = ScramVerifier.of(password, random).toText();
        assertThat(text).doesNotContain(password);
        assertThat(ScramVerifier.parse(text).matches(password)).isTrue();
        assertThat(ScramVerifier.parse(text).matches(password + "x")).isFalse();
        assertThat(ScramVerifier.parse(text).matches("")).isFalse();
        assertThat(ScramVerifier.parse(text).toText()).isEqualTo(text);
        assertThat(ScramVerifier.parse(text)).asString().doesNotContain("$");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SCRAM-SHA-1$4096:QQ==$x:y",
                "SCRAM-SHA-256$4096:QQ==$AAAA:BBBB",
                "SCRAM-SHA-256$9999999:QQ==$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=:"
                        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
            })
    void anythingElseIsNoVerifier(String text) {
        assertThatThrownBy(() -> ScramVerifier.parse(text))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
