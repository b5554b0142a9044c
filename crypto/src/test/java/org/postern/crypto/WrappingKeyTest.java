package org.postern.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.WrappedKey;

class WrappingKeyTest {

    private static final byte[] CONTEXT = "tenant 1".getBytes(UTF_8);

    private final SecureRandom random = new FixedRandom("wrapping");
    private final WrappingKey key = WrappingKey.generate(random, 3);

    @Test
    void everyKindOfKeyComesBackAsItWas() throws Exception {
        WrappingKey tenantKey = WrappingKey.generate(random, 9);
        DataKey dataKey = DataKey.generate(random);
        MacKey indexKey = MacKey.generate(random);
        RecordKey operationsKey = RecordKey.generate(random);
        ShredSecret shredSecret = ShredSecret.generate(random);
        SpoolKeyPair spoolKey = SpoolKeyPair.generate(-2, random);
        SigningKey signingKey = SigningKey.generate(random);

        assertThat(key.unwrapWrappingKey(key.wrap(tenantKey, CONTEXT, random), CONTEXT, 9))
                .isEqualTo(tenantKey);
        assertThat(key.unwrapDataKey(key.wrap(dataKey, CONTEXT, random), CONTEXT))
                .isEqualTo(dataKey);
        assertThat(key.unwrapMacKey(key.wrap(indexKey, CONTEXT, random), CONTEXT))
                .isEqualTo(indexKey);
        assertThat(key.unwrapRecordKey(key.wrap(operationsKey, CONTEXT, random), CONTEXT))
                .isEqualTo(operationsKey);
        assertThat(key.unwrapShredSecret(key.wrap(shredSecret, CONTEXT, random), CONTEXT))
                .isEqualTo(shredSecret);
        assertThat(key.unwrapSpoolKeyPair(key.wrap(spoolKey, CONTEXT, random), CONTEXT, -2))
                .isEqualTo(spoolKey);
        assertThat(key.unwrapSigningKey(key.wrap(signingKey, CONTEXT, random), CONTEXT))
                .isEqualTo(signingKey);
    }

    @Test
    void aKeyNeverComesBackAsAnotherKind() {
        byte[] secret = Secret.random(random);
        WrappedKey asMacKey = key.wrap(MacKey.importSecret(secret), CONTEXT, random);
        refused(() -> key.unwrapDataKey(asMacKey, CONTEXT));
        refused(() -> key.unwrapRecordKey(asMacKey, CONTEXT));
        refused(() -> key.unwrapShredSecret(asMacKey, CONTEXT));
        refused(() -> key.unwrapSigningKey(asMacKey, CONTEXT));
        refused(() -> key.unwrapSpoolKeyPair(asMacKey, CONTEXT, 0));
        refused(() -> key.unwrapWrappingKey(asMacKey, CONTEXT, 1));
    }

    @Test
    void versionsAndIdsAreBound() {
        WrappedKey tenantKey = key.wrap(WrappingKey.generate(random, 9), CONTEXT, random);
        refused(() -> key.unwrapWrappingKey(tenantKey, CONTEXT, 8));
        WrappedKey spoolKey = key.wrap(SpoolKeyPair.generate(5, random), CONTEXT, random);
        refused(() -> key.unwrapSpoolKeyPair(spoolKey, CONTEXT, 6));
        WrappingKey next = WrappingKey.importSecret(key.exportSecret(), 4);
        refused(() -> next.unwrapSpoolKeyPair(spoolKey, CONTEXT, 5));
        byte[] relabelled = spoolKey.toBytes();
        relabelled[3] = 4;
        refused(() -> next.unwrapSpoolKeyPair(WrappedKey.of(relabelled), CONTEXT, 5));
    }

    @Test
    void theContextIsBound() {
        WrappedKey wrapped = key.wrap(DataKey.generate(random), CONTEXT, random);
        refused(() -> key.unwrapDataKey(wrapped, "tenant 2".getBytes(UTF_8)));
        refused(() -> key.unwrapDataKey(wrapped, new byte[0]));
    }

    @Test
    void everyBitOfAWrappedKeyCounts() {
        byte[] wrapped = key.wrap(DataKey.generate(random), CONTEXT, random).toBytes();
        for (int i = 0; i < wrapped.length * 8; i++) {
            byte[] flipped = wrapped.clone();
            flipped[i / 8] ^= (byte) (1 << i % 8);
            refused(() -> key.unwrapDataKey(WrappedKey.of(flipped), CONTEXT));
        }
    }

    @Test
    void everyBitOfARecordCounts() throws Exception {
        RecordKey recordKey = RecordKey.generate(random);
        byte[] plain = "anna@example.org".getBytes(UTF_8);
        byte[] sealed = recordKey.seal(plain, CONTEXT, random).toBytes();
        assertThat(recordKey.open(SealedRecord.of(sealed), CONTEXT)).isEqualTo(plain);
        for (int i = 0; i < sealed.length * 8; i++) {
            byte[] flipped = sealed.clone();
            flipped[i / 8] ^= (byte) (1 << i % 8);
            refused(() -> recordKey.open(SealedRecord.of(flipped), CONTEXT));
        }
        refused(() -> SealedRecord.of(new byte[28]));
        SealedRecord empty = recordKey.seal(new byte[0], CONTEXT, random);
        assertThat(recordKey.open(empty, CONTEXT)).isEmpty();
    }

    @Test
    void summariesAndSearchSetsNeedTheSlotsOwnShredSecret() throws Exception {
        ShredSecret shredSecret = ShredSecret.generate(random);
        var name =
                new SlotName(
                        new UUID(1, 1), new UUID(2, 2), new UUID(3, 3), Mac256.sha256(CONTEXT));
        RecordKey summaryKey = Slots.summaryKey(key, shredSecret, name);
        SealedRecord summary = summaryKey.seal(CONTEXT, CONTEXT, random);
        assertThat(Slots.summaryKey(key, shredSecret, name).open(summary, CONTEXT))
                .isEqualTo(CONTEXT);
        refused(() -> Slots.searchKey(key, shredSecret, name).open(summary, CONTEXT));
        ShredSecret other = ShredSecret.generate(random);
        refused(() -> Slots.summaryKey(key, other, name).open(summary, CONTEXT));
    }

    @Test
    void aSlotIsSealedForOneNameAlone() throws Exception {
        ShredSecret shredSecret = ShredSecret.generate(random);
        DataKey dataKey = DataKey.generate(random);
        Mac256 header = Mac256.sha256(CONTEXT);
        UUID a = new UUID(1, 1);
        UUID b = new UUID(2, 2);
        var name = new SlotName(a, a, a, header);
        Slot slot = Slots.seal(dataKey, key, shredSecret, name, random);
        assertThat(Slots.open(slot, key, shredSecret, name)).isEqualTo(dataKey);
        for (SlotName other :
                List.of(
                        new SlotName(b, a, a, header),
                        new SlotName(a, b, a, header),
                        new SlotName(a, a, b, header),
                        new SlotName(a, a, a, Mac256.sha256(new byte[0])))) {
            refused(() -> Slots.open(slot, key, shredSecret, other));
        }
    }

    @Test
    void keysPrintAsNothingAndCompareByContent() {
        DataKey dataKey = DataKey.generate(random);
        assertThat(dataKey).hasToString("DataKey[redacted]");
        assertThat(key).hasToString("WrappingKey[redacted]");
        assertThat(DataKey.importSecret(dataKey.exportSecret()))
                .isEqualTo(dataKey)
                .hasSameHashCodeAs(dataKey);
        assertThat(dataKey).isNotEqualTo(DataKey.generate(random));
        assertThat((Object) MacKey.importSecret(dataKey.exportSecret())).isNotEqualTo(dataKey);
        assertThat(WrappingKey.importSecret(key.exportSecret(), 4)).isNotEqualTo(key);
        dataKey.exportSecret()[0] ^= 1;
        assertThat(DataKey.importSecret(dataKey.exportSecret())).isEqualTo(dataKey);
    }

    @Test
    void versionsCountFromOneAndKeysHave32Bytes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WrappingKey.importSecret(new byte[32], 0));
        assertThatIllegalArgumentException().isThrownBy(() -> MacKey.importSecret(new byte[31]));
    }

    private static void refused(ThrowingCallable attempt) {
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(attempt)
                .withMessage("cannot be opened")
                .withNoCause();
    }
}
