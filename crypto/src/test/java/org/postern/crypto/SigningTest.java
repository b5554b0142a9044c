package org.postern.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;

class SigningTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00Z");

    private final SecureRandom random = new FixedRandom("signing");
    private final SigningKey key = SigningKey.generate(random);
    private final byte[] bytes = "a snapshot".getBytes(UTF_8);

    @Test
    void aSignatureHoldsForItsKeyPurposeAndBytesAlone() {
        Signature64 signature = key.sign("postern snapshot", bytes);
        PublicKey32 publicKey = key.publicKey();
        assertThatCode(() -> SigningKey.verify(publicKey, "postern snapshot", bytes, signature))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> SigningKey.verify(publicKey, "postern row", bytes, signature));
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() ->
                        SigningKey.verify(publicKey, "postern snapshot", new byte[1], signature));
        PublicKey32 other = SigningKey.generate(random).publicKey();
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> SigningKey.verify(other, "postern snapshot", bytes, signature));
    }

    @Test
    void aPurposeCannotReachIntoTheBytes() {
        Signature64 signature = key.sign("a", "b\0c".getBytes(UTF_8));
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        SigningKey.verify(key.publicKey(), "a\0b", "c".getBytes(UTF_8), signature));
        assertThatIllegalArgumentException().isThrownBy(() -> key.sign("", bytes));
        assertThatIllegalArgumentException().isThrownBy(() -> key.sign("ä", bytes));
    }

    @Test
    void aNoteIsSignedAsItStands() throws Exception {
        String note = "postern/audit\n7\nZm9v\n";
        Signature64 signature = key.signNote(note);
        SigningKey.verifyNote(key.publicKey(), note, signature);
        assertThat(
                        SigningKey.verifies(
                                key.publicKey().toBytes(),
                                note.getBytes(UTF_8),
                                signature.toBytes()))
                .isTrue();
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> SigningKey.verifyNote(key.publicKey(), note + "x\n", signature));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no end of line", "purpose\0bytes\n", "a\r\n", "a\tb\n"})
    void whatIsNoNoteIsNotSignedAsOne(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> key.signNote(text));
    }

    @Test
    void aKeyComesBackFromItsSeed() {
        SigningKey same = SigningKey.importSecret(key.exportSecret());
        assertThat(same.publicKey()).isEqualTo(key.publicKey());
        assertThat(same.sign("p", bytes)).isEqualTo(key.sign("p", bytes));
    }

    @Test
    void everyBitOfACertificateCounts() throws Exception {
        InstanceCertificate certificate =
                InstanceCertificate.issue(
                        key,
                        "intake-1",
                        SigningKey.generate(random).publicKey(),
                        NOW,
                        NOW.plusSeconds(60));
        byte[] encoded = certificate.encode();
        InstanceCertificate.parse(encoded)
                .verify(Succession.of(key.publicKey()), NOW.plusSeconds(60));
        for (int i = 0; i < encoded.length * 8; i++) {
            byte[] flipped = encoded.clone();
            flipped[i / 8] ^= (byte) (1 << i % 8);
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() ->
                            InstanceCertificate.parse(flipped)
                                    .verify(Succession.of(key.publicKey()), NOW));
        }
        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() -> InstanceCertificate.parse(cut));
        }
    }

    @Test
    void aPointOfSmallOrderIsNotCertified() throws Exception {
        byte[] identity = new byte[32];
        identity[0] = 1;
        PublicKey32 point = PublicKey32.of(identity);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> InstanceCertificate.issue(key, "intake-1", point, NOW, NOW));
    }
}
