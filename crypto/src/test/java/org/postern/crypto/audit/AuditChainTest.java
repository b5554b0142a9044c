package org.postern.crypto.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.SigningKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;

class AuditChainTest {

    private static final HexFormat HEX = HexFormat.of();
    private static final UUID TENANT = UUID.fromString("01a207d9-2100-751d-88c9-560ad03a1c1b");
    private static final AuditEntry OPENED =
            new AuditEntry(
                    TENANT,
                    1,
                    UUID.fromString("01a207d9-2101-7d3c-9a51-0e6c0f3b2a17"),
                    Instant.parse("2026-11-23T10:00:00.250001Z"),
                    "message.opened",
                    Optional.of(UUID.fromString("01a207d9-2100-7987-a49d-1cc25e87acea")),
                    Optional.of(UUID.fromString("01a207d9-2100-795f-9531-fd10c2104ee5")));
    private static final AuditEntry CREATED =
            new AuditEntry(
                    TENANT,
                    0,
                    UUID.fromString("01a207d9-2100-7b11-8f00-5d2d3c4b5a69"),
                    Instant.parse("2026-11-23T10:00:00Z"),
                    "tenant.created",
                    Optional.empty(),
                    Optional.empty());

    private final SigningKey key = SigningKey.importSecret(new byte[32]).derive("audit");
    private final VerifierKey verifier =
            new VerifierKey(Checkpoint.origin(TENANT), key.publicKey());

    /// The leaves and roots with which implementations of Certificate Transparency are tested.
    @Test
    void theTreeIsTheOneOfCertificateTransparency() {
        List<String> leaves =
                List.of(
                        "",
                        "00",
                        "10",
                        "2021",
                        "3031",
                        "40414243",
                        "5051525354555657",
                        "606162636465666768696a6b6c6d6e6f");
        List<String> roots =
                List.of(
                        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
                        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
                        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
                        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
                        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
                        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
                        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
        MerkleTree tree = MerkleTree.EMPTY;
        assertThat(hex(tree.root()))
                .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        for (int i = 0; i < leaves.size(); i++) {
            tree = tree.append(MerkleTree.leafHash(HEX.parseHex(leaves.get(i))));
            assertThat(hex(tree.root())).isEqualTo(roots.get(i));
        }
    }

    @Test
    void aTreeGoesOnFromItsSubtreesAsIfItHadNeverStopped() throws Exception {
        MerkleTree whole = MerkleTree.EMPTY;
        MerkleTree resumed = MerkleTree.EMPTY;
        List<Mac256> leaves = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            Mac256 leaf = MerkleTree.leafHash(("leaf " + i).getBytes(US_ASCII));
            leaves.add(leaf);
            whole = whole.append(leaf);
            resumed = MerkleTree.of(resumed.size(), resumed.subtrees()).append(leaf);
            assertThat(resumed.root()).isEqualTo(whole.root()).isEqualTo(byDefinition(leaves));
        }
    }

    @Test
    void subtreesOfAnotherSizeAreRefused() {
        byte[] two = new byte[64];
        assertThatCode(() -> MerkleTree.of(3, two)).doesNotThrowAnyException();
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> MerkleTree.of(4, two));
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> MerkleTree.of(-1, two));
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> MerkleTree.of(1, new byte[31]));
    }

    @Test
    void everyFieldOfAnEventIsInItsHash() {
        UUID other = new UUID(1, 2);
        AuditEntry e = OPENED;
        assertThat(
                        List.of(
                                entry(
                                        other,
                                        1,
                                        e.event(),
                                        e.happenedAt(),
                                        e.kind(),
                                        e.mailbox(),
                                        e.object()),
                                entry(
                                        TENANT,
                                        2,
                                        e.event(),
                                        e.happenedAt(),
                                        e.kind(),
                                        e.mailbox(),
                                        e.object()),
                                entry(
                                        TENANT,
                                        1,
                                        other,
                                        e.happenedAt(),
                                        e.kind(),
                                        e.mailbox(),
                                        e.object()),
                                entry(
                                        TENANT,
                                        1,
                                        e.event(),
                                        e.happenedAt().plusNanos(1000),
                                        e.kind(),
                                        e.mailbox(),
                                        e.object()),
                                entry(
                                        TENANT,
                                        1,
                                        e.event(),
                                        e.happenedAt(),
                                        "message.closed",
                                        e.mailbox(),
                                        e.object()),
                                entry(
                                        TENANT,
                                        1,
                                        e.event(),
                                        e.happenedAt(),
                                        e.kind(),
                                        e.object(),
                                        e.mailbox()),
                                entry(
                                        TENANT,
                                        1,
                                        e.event(),
                                        e.happenedAt(),
                                        e.kind(),
                                        e.mailbox(),
                                        Optional.empty()),
                                entry(
                                        TENANT,
                                        1,
                                        e.event(),
                                        e.happenedAt(),
                                        e.kind(),
                                        Optional.empty(),
                                        e.mailbox())))
                .extracting(AuditEntry::leafHash)
                .doesNotHaveDuplicates()
                .doesNotContain(e.leafHash());
    }

    @Test
    void theExampleOfTheFormatIsWhatIsMade() throws Exception {
        MerkleTree tree = MerkleTree.EMPTY.append(CREATED.leafHash()).append(OPENED.leafHash());
        String note = new Checkpoint(verifier.name(), 2, tree.root()).sign(key);
        String document = Files.readString(Path.of("../docs/format.md"));

        assertThat(document)
                .contains(
                        HEX.formatHex(CREATED.encode()),
                        HEX.formatHex(OPENED.encode()),
                        "`" + hex(CREATED.leafHash()) + "`",
                        "`" + hex(OPENED.leafHash()) + "`",
                        "```\n" + note + "```",
                        "`" + verifier.text() + "`");
    }

    @Test
    void aCheckpointOpensWithItsKeyAlone() throws Exception {
        Checkpoint checkpoint =
                new Checkpoint(verifier.name(), 7, MerkleTree.leafHash(new byte[1]));
        String note = checkpoint.sign(key);

        assertThat(verifier.open(note)).isEqualTo(checkpoint);
        PublicKey32 other = SigningKey.importSecret(new byte[32]).publicKey();
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> new VerifierKey(verifier.name(), other).open(note));
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> new VerifierKey("example.com/log", key.publicKey()).open(note));
    }

    @Test
    void noByteOfACheckpointCanBeAnother() {
        byte[] note =
                new Checkpoint(verifier.name(), 7, MerkleTree.leafHash(new byte[1]))
                        .sign(key)
                        .getBytes(UTF_8);
        for (int i = 0; i < note.length; i++) {
            for (int bit = 0; bit < 7; bit++) {
                byte[] bent = note.clone();
                bent[i] ^= (byte) (1 << bit);
                assertThatExceptionOfType(OpeningFailedException.class)
                        .describedAs("byte %s bit %s", i, bit)
                        .isThrownBy(() -> verifier.open(new String(bent, UTF_8)));
            }
            byte[] cut = Arrays.copyOf(note, i);
            assertThatExceptionOfType(OpeningFailedException.class)
                    .isThrownBy(() -> verifier.open(new String(cut, UTF_8)));
        }
    }

    @Test
    void theSignatureOfAWitnessIsPassedOver() throws Exception {
        Checkpoint checkpoint =
                new Checkpoint(verifier.name(), 7, MerkleTree.leafHash(new byte[1]));
        String note = checkpoint.sign(key);
        assertThat(verifier.open(note + "\u2014 witness.example NnugSzTj\n")).isEqualTo(checkpoint);
    }

    @ParameterizedTest
    @ValueSource(strings = {"07", "-1", "+7", "7 ", "", "9999999999999999999"})
    void aSizeThatIsWrittenInAnotherWayIsRefused(String size) {
        String root = Base64.getEncoder().encodeToString(new byte[32]);
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> Checkpoint.parse("a\n" + size + "\n" + root + "\n"));
    }

    /// The example of Go's package golang.org/x/mod/sumdb/note.
    @Test
    void aNoteOfAnotherImplementationVerifies() throws Exception {
        String text =
                """
                If you think cryptography is the answer to your problem,
                then you don't know what your problem is.
                """;
        VerifierKey theirs =
                VerifierKey.parse(
                        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW");
        byte[] signature =
                Base64.getDecoder()
                        .decode(
                                "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=");

        SigningKey.verifyNote(
                theirs.key(), text, Signature64.of(Arrays.copyOfRange(signature, 4, 68)));
        assertThat(HEX.formatHex(signature, 0, 4))
                .isEqualTo(HEX.toHexDigits(theirs.id()))
                .isEqualTo("c74f20a3");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a+b",
                "PeterNeumann+c74f20a4+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeuman+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10T=",
                "PeterNeumann+c74f20a3+Ahpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
                "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
            })
    void whatIsNoVerifierKeyIsRefused(String text) {
        assertThatExceptionOfType(OpeningFailedException.class)
                .isThrownBy(() -> VerifierKey.parse(text));
    }

    /// MTH as RFC 6962, section 2.1, writes it down.
    private static Mac256 byDefinition(List<Mac256> leaves) {
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        byte[] node = new byte[65];
        node[0] = 1;
        System.arraycopy(byDefinition(leaves.subList(0, k)).toBytes(), 0, node, 1, 32);
        System.arraycopy(byDefinition(leaves.subList(k, leaves.size())).toBytes(), 0, node, 33, 32);
        return Mac256.sha256(node);
    }

    private static AuditEntry entry(
            UUID tenant,
            long sequence,
            UUID event,
            Instant at,
            String kind,
            Optional<UUID> mailbox,
            Optional<UUID> object) {
        return new AuditEntry(tenant, sequence, event, at, kind, mailbox, object);
    }

    private static String hex(Mac256 hash) {
        return HEX.formatHex(hash.toBytes());
    }
}
