package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.Arrays;
import java.util.List;
import org.bouncycastle.crypto.AsymmetricCipherKeyPair;
import org.bouncycastle.crypto.hpke.HPKE;
import org.bouncycastle.crypto.hpke.HPKEContext;
import org.bouncycastle.crypto.hpke.HPKEContextWithEncapsulation;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.kems.MLKEMGenerator;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.prng.FixedSecureRandom;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMExtractor;
import org.bouncycastle.pqc.crypto.xwing.XWingKEMGenerator;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SpoolPublicKey;
import tools.jackson.databind.JsonNode;

/// The primitives that the format stands on, against published vectors.
class PrimitivesTest {

    @Test
    void aesGcmOpensWhatIsValidAndNothingElse() throws Exception {
        List<Published.Case> cases =
                Published.wycheproof("aes_gcm_test.json").stream()
                        .filter(c -> c.size("ivSize") == 96 && c.size("tagSize") == 128)
                        .toList();
        assertThat(cases).hasSize(67 + 64 + 66);
        for (Published.Case c : cases) {
            byte[] sealed = new Bytes().add(c.bytes("ct")).add(c.bytes("tag")).toArray();
            byte[] key = c.bytes("key");
            byte[] nonce = c.bytes("iv");
            byte[] associatedData = c.bytes("aad");
            if (c.valid()) {
                byte[] plain = c.bytes("msg");
                assertThat(AesGcm.open(key, nonce, associatedData, sealed, 0))
                        .as(c.toString())
                        .isEqualTo(plain);
                assertThat(AesGcm.seal(key, nonce, associatedData, plain))
                        .as(c.toString())
                        .isEqualTo(sealed);
            } else {
                assertThatExceptionOfType(OpeningFailedException.class)
                        .as(c.toString())
                        .isThrownBy(() -> AesGcm.open(key, nonce, associatedData, sealed, 0));
            }
        }
    }

    @Test
    void hkdfSha512DerivesWhatIsPublished() throws Exception {
        List<Published.Case> cases = Published.wycheproof("hkdf_sha512_test.json");
        assertThat(cases).hasSize(83);
        for (Published.Case c : cases) {
            int size = c.test().get("size").intValue();
            if (c.valid()) {
                assertThat(Hkdf.derive(c.bytes("ikm"), c.bytes("salt"), c.bytes("info"), size))
                        .as(c.toString())
                        .isEqualTo(c.bytes("okm"));
            } else {
                assertThatIllegalArgumentException()
                        .as(c.toString())
                        .isThrownBy(() ->
                                Hkdf.derive(
                                        c.bytes("ikm"), c.bytes("salt"), c.bytes("info"), size));
            }
        }
    }

    @Test
    void hmacSha256GivesWhatIsPublished() throws Exception {
        List<Published.Case> cases = Published.wycheproof("hmac_sha256_test.json");
        assertThat(cases).hasSize(174);
        for (Published.Case c : cases) {
            byte[] mac = MacKey.hmac(c.bytes("key"), c.bytes("msg"));
            byte[] cut = Arrays.copyOf(mac, c.size("tagSize") / 8);
            assertThat(Arrays.equals(cut, c.bytes("tag"))).as(c.toString()).isEqualTo(c.valid());
        }
    }

    @Test
    void ed25519VerifiesWhatIsValidAndNothingElse() throws Exception {
        List<Published.Case> cases = Published.wycheproof("ed25519_test.json");
        assertThat(cases).hasSize(151);
        for (Published.Case c : cases) {
            byte[] key = Published.bytes(c.group().get("publicKey"), "pk");
            byte[] signature = c.bytes("sig");
            boolean verifies =
                    signature.length == 64 && SigningKey.verifies(key, c.bytes("msg"), signature);
            assertThat(verifies).as(c.toString()).isEqualTo(c.valid());
        }
    }

    @Test
    void x25519AgreesAsPublishedAndRefusesTheZeroSecret() throws Exception {
        List<Published.Case> cases = Published.wycheproof("x25519_test.json");
        assertThat(cases).hasSize(518);
        int refused = 0;
        for (Published.Case c : cases) {
            var own = new X25519PrivateKeyParameters(c.bytes("private"));
            var other = new X25519PublicKeyParameters(c.bytes("public"));
            byte[] expected = c.bytes("shared");
            byte[] secret = new byte[32];
            if (Arrays.equals(expected, new byte[32])) {
                refused++;
                assertThatIllegalStateException()
                        .as(c.toString())
                        .isThrownBy(() -> own.generateSecret(other, secret, 0));
            } else {
                own.generateSecret(other, secret, 0);
                assertThat(secret).as(c.toString()).isEqualTo(expected);
            }
        }
        assertThat(refused).isPositive();
    }

    @Test
    void mlKem768MakesKeysFromSeedsAsPublished() throws Exception {
        List<Published.Case> cases = Published.wycheproof("mlkem_768_keygen_seed_test.json");
        assertThat(cases).hasSize(100);
        for (Published.Case c : cases) {
            var key = mlKem(c.bytes("seed"));
            assertThat(key.getPublicKey()).as(c.toString()).isEqualTo(c.bytes("ek"));
            assertThat(key.withPreferredFormat(MLKEMPrivateKeyParameters.EXPANDED_KEY).getEncoded())
                    .as(c.toString())
                    .isEqualTo(c.bytes("dk"));
        }
    }

    @Test
    void mlKem768DecapsulatesAsPublished() throws Exception {
        List<Published.Case> cases = Published.wycheproof("mlkem_768_test.json");
        assertThat(cases).hasSize(193);
        for (Published.Case c : cases) {
            if (c.valid()) {
                var extractor = new MLKEMExtractor(mlKem(c.bytes("seed")));
                assertThat(extractor.extractSecret(c.bytes("c")))
                        .as(c.toString())
                        .isEqualTo(c.bytes("K"));
            } else {
                assertThatIllegalArgumentException()
                        .as(c.toString())
                        .isThrownBy(() ->
                                new MLKEMExtractor(mlKem(c.bytes("seed")))
                                        .extractSecret(c.bytes("c")));
            }
        }
    }

    @Test
    void mlKem768EncapsulatesAsPublishedAndTheDoorRefusesUnreducedKeys() throws Exception {
        List<Published.Case> cases = Published.wycheproof("mlkem_768_encaps_test.json");
        assertThat(cases).hasSize(265);
        for (Published.Case c : cases) {
            byte[] key = c.bytes("ek");
            byte[] hybrid = new Bytes().add(key).add(new byte[32]).toArray();
            if (c.valid()) {
                assertThatCode(() -> SpoolPublicKey.of(1, hybrid)).doesNotThrowAnyException();
                var to = new MLKEMPublicKeyParameters(MLKEMParameters.ml_kem_768, key);
                var made = MLKEMGenerator.internalGenerateEncapsulated(to, c.bytes("m"));
                assertThat(made.getEncapsulation()).as(c.toString()).isEqualTo(c.bytes("c"));
                assertThat(made.getSecret()).as(c.toString()).isEqualTo(c.bytes("K"));
            } else {
                assertThatExceptionOfType(OpeningFailedException.class)
                        .as(c.toString())
                        .isThrownBy(() -> SpoolPublicKey.of(1, hybrid));
            }
        }
    }

    private static MLKEMPrivateKeyParameters mlKem(byte[] seed) {
        if (seed.length != 64) {
            throw new IllegalArgumentException("a seed of " + seed.length);
        }
        return new MLKEMPrivateKeyParameters(MLKEMParameters.ml_kem_768, seed);
    }

    @Test
    void xWingAgreesWithItsDraft() throws Exception {
        List<JsonNode> vectors = Published.elements(Published.json("xwing/test-vectors.json"));
        assertThat(vectors).hasSize(3);
        for (JsonNode vector : vectors) {
            byte[] seed = Published.bytes(vector, "seed");
            SpoolKeyPair pair = SpoolKeyPair.importSecret(1, seed);
            assertThat(pair.publicKey().toBytes()).isEqualTo(Published.bytes(vector, "pk"));

            var key = new XWingPrivateKeyParameters(seed);
            var chance = new FixedSecureRandom(Published.bytes(vector, "eseed"));
            var made =
                    new XWingKEMGenerator(chance)
                            .generateEncapsulated(key.getPublicKeyParameters());
            assertThat(made.getEncapsulation()).isEqualTo(Published.bytes(vector, "ct"));
            assertThat(made.getSecret()).isEqualTo(Published.bytes(vector, "ss"));
            assertThat(new XWingKEMExtractor(key).extractSecret(made.getEncapsulation()))
                    .isEqualTo(Published.bytes(vector, "ss"));
        }
    }

    @Test
    void hpkeWithXWingAgreesWithItsDraft() throws Exception {
        // Of the published vectors for KEM 0x647a this one has our KDF; its AEAD is
        // ChaCha20-Poly1305,
        // so our own suite is checked by the vectors of 4.2 and the other reader.
        JsonNode vector =
                Published.elements(Published.json("hpke-pq/test-vectors.json")).stream()
                        .filter(v -> v.get("kdf_id").intValue() == 1)
                        .findFirst()
                        .orElseThrow();
        assertThat(vector.get("kem_id").intValue()).isEqualTo(0x647a);
        byte[] info = Published.bytes(vector, "info");
        var hpke =
                new HPKE(
                        HPKE.mode_base,
                        HPKE.kem_X_WING,
                        HPKE.kdf_HKDF_SHA256,
                        HPKE.aead_CHACHA20_POLY1305);
        var privateKey = new XWingPrivateKeyParameters(Published.bytes(vector, "skRm"));
        var pair = new AsymmetricCipherKeyPair(privateKey.getPublicKeyParameters(), privateKey);
        assertThat(privateKey.getPublicKeyParameters().getEncoded())
                .isEqualTo(Published.bytes(vector, "pkRm"));
        byte[] enc = Published.bytes(vector, "enc");
        HPKEContextWithEncapsulation sender =
                hpke.setupBaseS(
                        privateKey.getPublicKeyParameters(), info, Published.bytes(vector, "ikmE"));
        assertThat(sender.getEncapsulation()).isEqualTo(enc);
        HPKEContext receiver = hpke.setupBaseR(enc, pair, info);
        for (JsonNode export : Published.elements(vector.get("exports"))) {
            byte[] context = Published.bytes(export, "exporter_context");
            int length = export.get("L").intValue();
            byte[] value = Published.bytes(export, "exported_value");
            assertThat(sender.export(context, length)).isEqualTo(value);
            assertThat(receiver.export(context, length)).isEqualTo(value);
        }
    }

    @Test
    void chunkedEncryptionAgreesWithAnotherImplementation() throws Exception {
        JsonNode file = Published.json("chunked-encryption/vectors.json");
        byte[] inputKey = Published.bytes(file, "inputKeyHex");
        byte[] salt = Published.bytes(file, "saltHex");
        byte[] context = file.get("context").stringValue().getBytes(US_ASCII);
        List<JsonNode> vectors = Published.elements(file.get("vectors"));
        assertThat(vectors).hasSize(9);
        for (JsonNode vector : vectors) {
            byte[] plain = new byte[vector.get("plaintextLength").intValue()];
            for (int i = 0; i < plain.length; i++) {
                plain[i] = (byte) (7 * i);
            }
            BodyCipher cipher = BodyCipher.derive(inputKey, salt, context);
            var sealed = new Bytes().add(salt).add(cipher.commitment());
            long last = plain.length / BodyCipher.CHUNK_BYTES;
            for (long chunk = 0; chunk <= last; chunk++) {
                int from = (int) chunk * BodyCipher.CHUNK_BYTES;
                int length = Math.min(BodyCipher.CHUNK_BYTES, plain.length - from);
                byte[] into = new byte[length + AesGcm.TAG_BYTES];
                cipher.seal(chunk, plain, from, length, into);
                sealed.add(into);
            }
            byte[] whole = sealed.toArray();
            assertThat(whole).hasSize(vector.get("sealedLength").intValue());
            assertThat(Mac256.sha256(whole).toBytes()).isEqualTo(Published.bytes(vector, "sha256"));
        }
    }
}
