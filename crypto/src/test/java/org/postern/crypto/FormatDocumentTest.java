package org.postern.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.bouncycastle.pqc.crypto.xwing.XWingPrivateKeyParameters;
import org.junit.jupiter.api.Test;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.SpoolSlot;

/// What docs/format.md shows is what the code does.
class FormatDocumentTest {

    private static final HexFormat HEX = HexFormat.of();

    private final String text = Files.readString(Path.of("../docs/format.md"));

    FormatDocumentTest() throws IOException {}

    @Test
    void theExampleIsItsVectorByteForByte() throws Exception {
        VectorFile vector =
                VectorFile.parse(
                        Files.readAllBytes(
                                VectorsTest.DIRECTORY.resolve(
                                        VectorGenerator.EXAMPLE + ".vector")));
        byte[] object = vector.object();
        assertThat(exampleInTheText()).isEqualTo(HEX.formatHex(object));

        var preamble = ObjectPreamble.atStartOf(object);
        byte[] headerHash = preamble.header().hash();
        String[] spool = vector.one("spool key").split(" ", -1);
        byte[] seed = HEX.parseHex(spool[1]);
        byte[] spoolSlot = HEX.parseHex(vector.one("spool slot"));
        byte[] enc = Arrays.copyOfRange(spoolSlot, 8, 1128);
        byte[] wrapKey =
                SpoolContext.receive(47, enc, new XWingPrivateKeyParameters(seed))
                        .wrapKey(preamble.header());
        DataKey dataKey =
                SpoolKeyPair.importSecret(47, seed)
                        .open(SpoolSlot.of(spoolSlot), preamble.header());
        BodyKeys keys = BodyKeys.of(dataKey, preamble.salt(), BodyCipher.context(headerHash));
        for (byte[] value :
                new byte[][] {
                    headerHash,
                    dataKey.exportSecret(),
                    wrapKey,
                    Arrays.copyOfRange(spoolSlot, 1128, 1176),
                    keys.key,
                    keys.baseNonce
                }) {
            assertThat(text).contains("| `" + HEX.formatHex(value) + "` |");
        }
        String[] slot = vector.one("slot").split(" ", -1);
        assertThat(text)
                .contains("`" + slot[0] + "`", "`" + slot[2] + "`", "`" + slot[3] + "`")
                .contains("\n" + slot[4].substring(0, 8) + " ")
                .contains("\n" + slot[4].substring(8, 32) + " ")
                .contains("\n" + slot[4].substring(32) + "\n");
    }

    private String exampleInTheText() {
        String block = text.split("```hex\n", -1)[1].split("```", -1)[0];
        return block.lines().map(line -> line.split(" ", 2)[0]).collect(Collectors.joining());
    }

    @Test
    void everyVectorIsCalledAfterASectionOfTheText() throws Exception {
        Set<String> sections = headings("^#{2,3} ([0-9]+(?:\\.[0-9]+)?)[. ]");
        for (Path file : VectorsTest.files()) {
            String name = file.getFileName().toString();
            assertThat(sections).contains(name.substring(0, name.indexOf('-')));
        }
    }

    @Test
    void everySectionThatTheCodeQuotesExists() throws Exception {
        Set<String> sections = headings("^#{2,3} ([0-9]+(?:\\.[0-9]+)?)[. ]");
        Pattern quotation = Pattern.compile("docs/format\\.md, section ([0-9]+(?:\\.[0-9]+)?)");
        Set<String> quoted = new HashSet<>();
        try (var files = Files.walk(Path.of("src"))) {
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                quotation
                        .matcher(Files.readString(file))
                        .results()
                        .map(result -> result.group(1))
                        .forEach(quoted::add);
            }
        }
        assertThat(quoted).hasSizeGreaterThan(10).isSubsetOf(sections);
    }

    private Set<String> headings(String pattern) {
        return Pattern.compile(pattern, Pattern.MULTILINE)
                .matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .collect(Collectors.toSet());
    }
}
