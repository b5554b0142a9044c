package org.postern.mail.mime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PartIndexTest {

    private static final PartIndex SAMPLE = sample();

    private static PartIndex sample() {
        try {
            return new MimeIndexer(IndexBudget.DEFAULT)
                    .index(
                            new ByteArrayInputStream(
                                    MimeIndexerTest.lines(
                                            "Content-Type: multipart/mixed; boundary=b",
                                            "",
                                            "--b",
                                            "Content-Type: text/plain; charset=utf-8;"
                                                    + " name=\"Gr\u00fc\u00dfe.txt\"",
                                            "Content-ID: <a@b>",
                                            "",
                                            "x",
                                            "--b--")));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anIndexIsReadBackAsItWasWritten() {
        assertThat(PartIndex.decode(SAMPLE.encode())).isEqualTo(SAMPLE);
    }

    /// Stored indexes must stay readable: this one was written by version 1.
    @Test
    void anIndexOfVersion1IsStillRead() {
        String stored =
                "01018c010200000000002d5f106d756c7469706172742f6d697865640000000102000032"
                        + "50010b746578742f706c61696e067574662d380c4772c3bcc39f652e74787404614062";
        assertThat(PartIndex.decode(HexFormat.of().parseHex(stored))).isEqualTo(SAMPLE);
        assertThat(HexFormat.of().formatHex(SAMPLE.encode())).isEqualTo(stored);
    }

    @Test
    void noByteCanBeCutOffOrAdded() {
        byte[] encoded = SAMPLE.encode();
        for (int length = 0; length < encoded.length; length++) {
            byte[] cut = Arrays.copyOf(encoded, length);
            assertThatThrownBy(() -> PartIndex.decode(cut)).isInstanceOf(PartIndexException.class);
        }
        byte[] longer = Arrays.copyOf(encoded, encoded.length + 1);
        assertThatThrownBy(() -> PartIndex.decode(longer)).isInstanceOf(PartIndexException.class);
    }

    @Test
    void whateverIsReadHasOneEncodingAndNests() {
        var random = new Random(7);
        byte[] encoded = SAMPLE.encode();
        for (int round = 0; round < 20_000; round++) {
            byte[] changed = encoded.clone();
            for (int i = 0; i <= random.nextInt(3); i++) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            try {
                assertThat(PartIndex.decode(changed).encode()).isEqualTo(changed);
            } catch (PartIndexException refused) {
                assertThat(refused).hasMessageStartingWith("not a part index");
            }
        }
    }

    @Test
    void partsThatDoNotNestAreNoIndex() {
        Part root = part(1, 0, PartKind.MULTIPART, 0, 10, 90);
        for (List<Part> parts :
                List.of(
                        List.<Part>of(),
                        List.of(part(1, 0, PartKind.LEAF, 0, 10, 91)),
                        List.of(part(2, 0, PartKind.LEAF, 0, 10, 90)),
                        List.of(part(1, 0, PartKind.OPAQUE, 0, 10, 90)),
                        List.of(part(1, 0, PartKind.LEAF, 11, 10, 90)),
                        List.of(part(1, 0, PartKind.LEAF, 0, 10, -1)),
                        List.of(root, part(2, 2, PartKind.LEAF, 10, 10, 0)),
                        List.of(root, part(2, 1, PartKind.LEAF, 9, 10, 0)),
                        List.of(root, part(2, 1, PartKind.LEAF, 10, 20, 81)),
                        List.of(
                                part(1, 0, PartKind.LEAF, 0, 10, 90),
                                part(2, 1, PartKind.LEAF, 10, 10, 0)),
                        List.of(
                                root,
                                part(2, 1, PartKind.LEAF, 50, 50, 0),
                                part(3, 1, PartKind.LEAF, 40, 40, 0)))) {
            assertThatThrownBy(() -> new PartIndex(parts, 100, true))
                    .isInstanceOf(PartIndexException.class);
        }
        assertThatThrownBy(() -> new PartIndex(List.of(root), 100, false))
                .isInstanceOf(PartIndexException.class);
    }

    private static Part part(
            int number, int parent, PartKind kind, long header, long body, long length) {
        return new Part(
                number,
                parent,
                kind,
                "text/plain",
                Optional.empty(),
                TransferEncoding.IDENTITY,
                Disposition.NONE,
                Optional.empty(),
                Optional.empty(),
                header,
                body,
                length);
    }

    @Test
    void partsAreFoundByNumber() {
        assertThat(SAMPLE.find(2)).contains(SAMPLE.part(2));
        assertThat(SAMPLE.find(0)).isEmpty();
        assertThat(SAMPLE.find(3)).isEmpty();
        assertThat(SAMPLE.toString()).doesNotContain("Gr");
    }
}
