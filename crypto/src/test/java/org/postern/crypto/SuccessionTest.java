package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.OpeningFailedException;

class SuccessionTest {

    private static final Instant NOW = Instant.parse("2026-11-23T10:00:00.123456Z");
    private static final int HEAD = 39;
    private static final int LINK = 168;

    private final SecureRandom random = new FixedRandom("succession");
    private final SigningKey first = SigningKey.generate(random);
    private final SigningKey second = SigningKey.generate(random);
    private final SigningKey third = SigningKey.generate(random);
    private final SigningKey stranger = SigningKey.generate(random);
    private final Succession one = Succession.of(first.publicKey());
    private final Succession two = one.handOver(first, second, NOW);
    private final Succession three = two.handOver(second, third, NOW.plusSeconds(60));

    @Test
    void whatWasSignedByAnyOfItsKeysIsVerified() throws Exception {
        byte[] bytes = {1, 2, 3};
        Succession read = Succession.parse(three.encode());

        assertThat(read).isEqualTo(three);
        assertThat(read.keys())
                .containsExactly(first.publicKey(), second.publicKey(), third.publicKey());
        assertThat(read.signer("p", bytes, first.sign("p", bytes))).isEqualTo(1);
        assertThat(read.signer("p", bytes, third.sign("p", bytes))).isEqualTo(3);
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> read.signer("p", bytes, stranger.sign("p", bytes)));
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> read.signer("q", bytes, first.sign("p", bytes)));
    }

    @Test
    void aCertificateOfAFormerKeyStaysGood() throws Exception {
        InstanceCertificate certificate =
                InstanceCertificate.issue(
                        first, "door-1", stranger.publicKey(), NOW, NOW.plus(Duration.ofDays(14)));

        certificate.verify(three, NOW);
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() ->
                        certificate.verify(
                                Succession.of(second.publicKey()), NOW)); // knows nothing before
    }

    @Test
    void onlyLaterKeysContinueIt() {
        assertThat(three.continues(one)).isTrue();
        assertThat(three.continues(three)).isTrue();
        assertThat(one.continues(three)).isFalse();
        assertThat(one.handOver(first, third, NOW).continues(two)).isFalse();
        assertThat(three.continues(Succession.of(second.publicKey())))
                .as("a time before the key that is known")
                .isFalse();
    }

    @Test
    void aSuccessorWhomTheKeyBeforeDidNotNameIsRefused() {
        byte[] forged =
                Succession.of(stranger.publicKey()).handOver(stranger, second, NOW).encode();
        System.arraycopy(first.publicKey().toBytes(), 0, forged, 5, 32);

        assertRefused(forged);
    }

    @Test
    void aPredecessorWhomTheKeyAfterDidNotNameIsRefused() {
        // The stranger may name whom he likes.
        byte[] forged =
                Succession.of(stranger.publicKey())
                        .handOver(stranger, SigningKey.generate(random), NOW)
                        .encode();
        System.arraycopy(second.publicKey().toBytes(), 0, forged, HEAD, 32);

        assertRefused(forged);
    }

    @Test
    void aChangedCutOrReorderedOneIsRefused() {
        byte[] whole = three.encode();
        assertThat(whole).hasSize(HEAD + 2 * LINK);
        for (int at = 0; at < whole.length; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 1;
            assertRefused(changed);
        }
        for (int length : new int[] {0, 4, HEAD - 1, HEAD, HEAD + LINK, whole.length - 1}) {
            assertRefused(Arrays.copyOf(whole, length));
        }
        assertRefused(Arrays.copyOf(whole, whole.length + 1));
        byte[] withoutTheMiddle = Arrays.copyOf(whole, HEAD + LINK);
        System.arraycopy(whole, HEAD + LINK, withoutTheMiddle, HEAD, LINK);
        withoutTheMiddle[HEAD - 1] = 1;
        assertRefused(withoutTheMiddle);
    }

    @Test
    void aPointForWhichEverybodySignsIsRefused() {
        byte[] neutral = one.encode();
        Arrays.fill(neutral, 5, 37, (byte) 0);
        neutral[5] = 1;

        assertRefused(neutral);
    }

    @Test
    void onlyItsNewestKeyHandsOverAndToANewOneOnly() {
        assertThatIllegalArgumentException().isThrownBy(() -> two.handOver(first, third, NOW));
        assertThatIllegalArgumentException().isThrownBy(() -> two.handOver(second, first, NOW));
    }

    private static void assertRefused(byte[] bytes) {
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> Succession.parse(bytes));
    }
}
