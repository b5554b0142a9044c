package org.postern.server.object;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Sealer;
import org.postern.crypto.SealingStream;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.SpoolSealer;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.server.cli.CommandLine;
import org.postern.server.cli.Console;

/// Opening an exported object by the command alone: no Postern runs.
class OpenObjectTest {

    private static final Instant NOW = Instant.parse("2026-11-27T10:00:00Z");

    @TempDir private Path folder;
    private final SecureRandom random = new SecureRandom();
    private final SigningKey authority = SigningKey.generate(random);
    private final SigningKey instance = SigningKey.generate(random);
    private final byte[] content =
            "Subject: exported\r\n\r\nText\r\n".repeat(2_000).getBytes(UTF_8);
    private Path object;
    private Path key;
    private Path out;

    @BeforeEach
    void export() throws Exception {
        object = folder.resolve("message");
        key = folder.resolve("message.key");
        out = folder.resolve("message.eml");
        UUID tenant = new UUID(1, 2);
        ObjectHeader header =
                new ObjectHeader(ObjectType.RAW_MAIL, tenant, new UUID(3, 4), NOW, "door-1", 0);
        SpoolKeyPair spool = SpoolKeyPair.generate(1, random);
        SpoolSealer spoolSealer = new SpoolSealer(spool.publicKey(), Clock.systemUTC(), random);
        ByteArrayOutputStream sealed = new ByteArrayOutputStream();
        DataKey dataKey;
        try (SealingStream stream =
                new Sealer(instance, spoolSealer, random).begin(header, sealed)) {
            stream.write(content);
            stream.finish();
            dataKey = spool.open(stream.slot(), header);
        }
        Files.write(object, sealed.toByteArray());
        Files.writeString(
                key,
                new ObjectKey(
                                tenant,
                                header.object(),
                                Succession.of(authority.publicKey()),
                                certificate(authority, NOW),
                                dataKey)
                        .text());
    }

    @Test
    void anExportedObjectIsTheMessageByteForByteAndForItsOwnerAlone() throws Exception {
        Outcome outcome = open();

        assertThat(outcome.status).isZero();
        assertThat(outcome.output)
                .contains("OK  " + content.length + " bytes", "sealed by door-1", "Compare it");
        assertThat(Files.readAllBytes(out)).isEqualTo(content);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        assertThat(files()).containsExactlyInAnyOrder("message", "message.key", "message.eml");
    }

    @Test
    void anotherAuthorityThanTheOneThatIsKnownIsNotBelieved() {
        String known = HexFormat.of().formatHex(authority.publicKey().toBytes());
        String other = HexFormat.of().formatHex(instance.publicKey().toBytes());

        assertThat(open("--authority", known).output).doesNotContain("Compare it");
        Outcome outcome = open("--authority", other);

        assertThat(outcome.status).isEqualTo(3);
        assertThat(outcome.output).contains("DOES NOT OPEN  its key file names another authority");
    }

    @Test
    void anObjectSealedBeforeARotationOpensForWhoeverKnowsAnyOfTheAuthoritysKeys()
            throws Exception {
        SigningKey next = SigningKey.generate(random);
        Succession succession = Succession.of(authority.publicKey()).handOver(authority, next, NOW);
        String before = Files.readString(key);
        Files.writeString(
                key,
                before.replace(
                        "authority: " + hex(authority),
                        "authority: "
                                + hex(next)
                                + "\nsuccession: "
                                + HexFormat.of().formatHex(succession.encode())));

        for (SigningKey known : List.of(authority, next)) {
            Outcome outcome = open("--authority", hex(known));
            assertThat(outcome.status).isZero();
            assertThat(outcome.output).contains("which the authority " + hex(next));
        }
        assertThat(open("--authority", hex(instance)).status).isEqualTo(3);
    }

    private static String hex(SigningKey of) {
        return HexFormat.of().formatHex(of.publicKey().toBytes());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5, 10, 30, 56, 60, 130, 160, 190, 20_000, -1})
    void aChangedByteIsRefusedInOneSentenceAndLeavesNoFile(int place) throws Exception {
        byte[] bytes = Files.readAllBytes(object);
        bytes[place < 0 ? bytes.length + place : place] ^= 1;
        Files.write(object, bytes);

        assertRefused();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 100, 16_000, 32_000})
    void aCutObjectIsRefused(int length) throws Exception {
        Files.write(object, Arrays.copyOf(Files.readAllBytes(object), length));

        assertRefused();
    }

    @Test
    void anotherDataKeyIsRefused() throws Exception {
        String text = Files.readString(key);
        Files.writeString(key, text.replaceAll("data key: .*", "data key: " + "00".repeat(32)));

        assertRefused();
    }

    @Test
    void anObjectThatNobodyVouchesForAtItsTimeIsRefused() throws Exception {
        for (InstanceCertificate certificate :
                List.of(
                        certificate(SigningKey.generate(random), NOW),
                        certificate(authority, NOW.plus(Duration.ofDays(2))))) {
            Files.writeString(
                    key,
                    Files.readString(key)
                            .replaceAll(
                                    "certificate: .*",
                                    "certificate: "
                                            + HexFormat.of().formatHex(certificate.encode())));

            assertRefused();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "format: 2\n", "nonsense", "data key: 00\ndata key: 00\n"})
    void whatIsNoKeyIsSaidToBeNone(String text) throws Exception {
        Files.writeString(key, text);
        Outcome outcome = open();

        assertThat(outcome.status).isEqualTo(1);
        assertThat(outcome.output).contains("is no key of an object");
    }

    @Test
    void whatCannotBeReadOrIsNotSaidIsToldApart() throws Exception {
        Files.delete(object);
        Outcome missing = open();
        assertThat(missing.status).isEqualTo(1);
        assertThat(missing.output).contains("cannot be read");

        assertThat(type("open-object").status).isEqualTo(2);
        assertThat(type("open-object", object.toString(), "--out=" + out).output)
                .contains("--key is missing");
    }

    private void assertRefused() throws IOException {
        Outcome outcome = open();
        assertThat(outcome.status).isEqualTo(3);
        assertThat(outcome.output)
                .isEqualTo("DOES NOT OPEN  it is not what was sealed, or not with this key.\n");
        assertThat(files()).containsExactlyInAnyOrder("message", "message.key");
    }

    private InstanceCertificate certificate(SigningKey by, Instant from) {
        return InstanceCertificate.issue(
                by, "door-1", instance.publicKey(), from, from.plus(Duration.ofDays(1)));
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    private Outcome open(String... more) {
        return type(
                Stream.concat(
                                Stream.of(
                                        "open-object",
                                        object.toString(),
                                        "--key=" + key,
                                        "--out=" + out),
                                Stream.of(more))
                        .toArray(String[]::new));
    }

    private static Outcome type(String... words) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream terminal = new PrintStream(said, true, US_ASCII);
        int status =
                new CommandLine(
                                List.of(new OpenObject()),
                                Map.of(),
                                new Console(terminal, terminal))
                        .run(words);
        return new Outcome(status, said.toString(US_ASCII));
    }

    private record Outcome(int status, String output) {}
}
