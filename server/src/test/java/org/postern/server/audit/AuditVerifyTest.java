package org.postern.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.SigningKey;
import org.postern.crypto.Succession;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.MerkleTree;
import org.postern.crypto.audit.VerifierKey;
import org.postern.server.cli.CommandLine;
import org.postern.server.cli.Console;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Whatever is done to an export is found, and where.
class AuditVerifyTest {

    private static final int EVENTS = 200;
    private static final UUID TENANT = new UUID(1, 2);
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir Path folder;

    private final Random chance = new Random(20261127);
    private final SigningKey key = SigningKey.importSecret(new byte[32]).derive("audit");
    private final VerifierKey verifier =
            new VerifierKey(Checkpoint.origin(TENANT), key.publicKey());
    private final List<ExportLine.Event> events = events();

    /// Sizes at which the chain was signed.
    private final List<Integer> signed = signed();

    private final List<String> export = export(events, signed, verifier, key);

    @Test
    void aWholeExportIsSaidToBeWhole() throws Exception {
        Outcome outcome = verify(export, "--key", verifier.text());

        assertThat(outcome.status).isZero();
        assertThat(outcome.output)
                .contains("200 events from 2026-11-23T12:00:00Z to 2026-11-23T12:03:19.199Z")
                .contains(verifier.text())
                .doesNotContain("Compare it");
        assertThat(verify(export).output).contains("Compare it");
        assertThat(json(export).path("events").asInt()).isEqualTo(EVENTS);
    }

    @Test
    void anyBitThatIsFlippedIsFoundInItsLine() throws Exception {
        for (int line = 0; line < export.size(); line++) {
            byte[] bytes = (export.get(line) + "\n").getBytes(UTF_8);
            int at = chance.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 << chance.nextInt(8));
            JsonNode verdict =
                    json(
                            join(
                                    export.subList(0, line),
                                    bytes,
                                    export.subList(line + 1, export.size())));

            assertThat(verdict.path("whole").asBoolean()).as("line %s", line + 1).isFalse();
            assertThat(verdict.path("line").asInt())
                    .as("line %s byte %s: %s", line + 1, at, verdict)
                    .isEqualTo(line + 1);
            assertThat(verdict.path("sequence").asInt()).isEqualTo(before(line));
        }
    }

    @Test
    void anyEventThatIsTakenOutIsMissedAtItsPlace() throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            List<String> without = new ArrayList<>(export);
            without.remove(line(i));
            assertBroken(without, i, Fault.MISSING);
        }
    }

    @Test
    void anyEventThatStandsTwiceIsFound() throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            List<String> twice = new ArrayList<>(export);
            twice.add(line(i) + 1, export.get(line(i)));
            assertBroken(twice, i + 1, Fault.INSERTED);
        }
    }

    @Test
    void anyTwoEventsThatChangePlacesAreFoundAtTheFirst() throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            int other = (i + 1 + chance.nextInt(EVENTS - 1)) % EVENTS;
            List<String> swapped = new ArrayList<>(export);
            swapped.set(line(i), export.get(line(other)));
            swapped.set(line(other), export.get(line(i)));
            assertBroken(swapped, Math.min(i, other), Fault.MOVED);
        }
    }

    @Test
    void anExportThatIsCutIsMissingWhatComesAfter() throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            assertBroken(export.subList(0, line(i)), i, Fault.MISSING);
        }
        byte[] cut = bytes(export);
        for (int i = 0; i < 100; i++) {
            int length = chance.nextInt(cut.length);
            assertThat(json(Arrays.copyOf(cut, length)).path("whole").asBoolean()).isFalse();
        }
    }

    @Test
    void anEventThatGotAnothersContentIsFound() throws Exception {
        for (int i = 0; i < EVENTS; i += 7) {
            ExportLine.Event event = events.get(i);
            ExportLine.Event other = events.get((i + 1) % EVENTS);
            List<String> changed = new ArrayList<>(export);
            changed.set(
                    line(i),
                    new ExportLine.Event(
                                    event.sequence(),
                                    other.event(),
                                    other.happenedAt(),
                                    other.kind(),
                                    other.mailbox(),
                                    other.object(),
                                    other.leafHash())
                            .text());
            assertBroken(changed, i, Fault.EDITED);
        }
    }

    @Test
    void anEventThatWasChangedWithItsHashIsFoundBetweenTwoCheckpoints() throws Exception {
        for (int i = 0; i < EVENTS; i++) {
            List<ExportLine.Event> forged = new ArrayList<>(events);
            forged.set(i, event(i, "message.accepted"));
            List<String> lines = new ArrayList<>(export);
            lines.set(line(i), forged.get(i).text());
            assertBroken(lines, signedBefore(i), Fault.REWRITTEN);
        }
    }

    @Test
    void anEventTakenOutOfARenumberedExportIsFound() throws Exception {
        for (int i = 0; i < EVENTS - 1; i += 3) {
            int gone = i;
            List<ExportLine.Event> rest = new ArrayList<>(events);
            rest.remove(i);
            List<String> kept = renumbered(rest, event -> numbered(event, gone, event.leafHash()));
            assertBroken(kept, i, Fault.EDITED);
            List<String> hashed = renumbered(rest, event -> numbered(event, gone, null));
            assertBroken(hashed, signedBefore(i), Fault.REWRITTEN);
        }
    }

    @Test
    void anExportOverRotationsIsWholeForWhoeverKnowsAnyOfItsKeys() throws Exception {
        List<SigningKey> keys =
                List.of(key, SigningKey.importSecret(new byte[32]).derive("2"), derived("3"));
        Succession succession =
                Succession.of(key.publicKey())
                        .handOver(key, keys.get(1), Instant.EPOCH)
                        .handOver(keys.get(1), keys.get(2), Instant.EPOCH);
        List<String> rotated = rotated(succession, keys);

        assertThat(verify(rotated).status).isZero();
        for (SigningKey known : keys) {
            assertThat(verify(rotated, "--key", text(known)).status).isZero();
        }
        assertBroken(rotated, 0, Fault.CHECKPOINT, "--key", text(derived("other")));
        String note = checkpoint(events.subList(0, 3)).sign(key);
        assertThat(verify(rotated, "--seen", write("seen.txt", note.getBytes(UTF_8)).toString()))
                .as("a checkpoint kept from before the rotations")
                .satisfies(outcome -> assertThat(outcome.status).isZero());
    }

    @Test
    void keysThatDoNotVouchForEachOtherAreRefused() throws Exception {
        SigningKey stranger = derived("stranger");
        SigningKey next = derived("next");
        Succession others =
                Succession.of(stranger.publicKey()).handOver(stranger, next, Instant.EPOCH);
        byte[] forged = others.encode();
        System.arraycopy(key.publicKey().toBytes(), 0, forged, 5, 32);
        List<String> lines = rotated(others, List.of(stranger, stranger, next));
        lines.set(
                0,
                lines.getFirst()
                        .replace(
                                Base64.getEncoder().encodeToString(others.encode()),
                                Base64.getEncoder().encodeToString(forged)));

        assertBroken(lines, 0, Fault.CHECKPOINT);
    }

    private static SigningKey derived(String name) {
        return SigningKey.importSecret(new byte[32]).derive(name);
    }

    private String text(SigningKey of) {
        return new VerifierKey(verifier.name(), of.publicKey()).text();
    }

    /// Signed by the first key, then the next, then the last.
    private List<String> rotated(Succession succession, List<SigningKey> keys) {
        List<String> lines = new ArrayList<>();
        lines.add(
                ExportStream.header(TENANT, succession, checkpoint(events).sign(keys.getLast()))
                        .text());
        for (int i = 0; i < events.size(); i++) {
            lines.add(events.get(i).text());
            SigningKey by = keys.get(i * keys.size() / events.size());
            lines.add(new ExportLine.Mark(checkpoint(events.subList(0, i + 1)).sign(by)).text());
        }
        return lines;
    }

    @Test
    void aCheckpointOfAnotherKeyIsNotBelieved() throws Exception {
        SigningKey other = SigningKey.importSecret(new byte[32]).derive("other");
        VerifierKey others = new VerifierKey(verifier.name(), other.publicKey());
        List<String> forged = export(events, signed, others, other);

        assertThat(verify(forged).status).as("the file names its own key").isZero();
        assertBroken(forged, 0, Fault.CHECKPOINT, "--key", verifier.text());
        forged.set(0, export.getFirst());
        assertBroken(forged, signed.getFirst(), Fault.CHECKPOINT);
    }

    @Test
    void anExportThatDoesNotReachACheckpointSeenBeforeIsShorter() throws Exception {
        Path seen = write("seen.jsonl", bytes(export));
        int size = signed.get(10);
        List<String> earlier =
                export(events.subList(0, size), signed.subList(0, 11), verifier, key);

        assertThat(verify(earlier).status).isZero();
        assertBroken(earlier, size, Fault.SHORTER, "--seen", seen.toString());
        Path note =
                write("note.txt", checkpoint(events.subList(0, size)).sign(key).getBytes(UTF_8));
        assertThat(verify(export, "--seen", note.toString()).status).isZero();
        assertThat(verify(export, "--seen", seen.toString()).status).isZero();
    }

    @Test
    void aChainThatWasMadeAnewIsFoundByACheckpointSeenBefore() throws Exception {
        Path seen =
                write(
                        "note.txt",
                        checkpoint(events.subList(0, signed.get(10))).sign(key).getBytes(UTF_8));
        List<ExportLine.Event> rewritten = new ArrayList<>(events);
        rewritten.set(3, event(3, "message.accepted"));
        List<String> forked = export(rewritten, List.of(EVENTS), verifier, key);

        assertThat(verify(forked).status).isZero();
        assertBroken(forked, 0, Fault.REWRITTEN, "--seen", seen.toString());
    }

    @Test
    void whatIsNoExportIsBrokenOrNotRead() throws Exception {
        assertThat(verify(List.of("no export")).status).isEqualTo(3);
        assertThat(verify(List.of()).status).isEqualTo(3);
        assertThat(verify(export, "--key", "no key").status).isEqualTo(2);
        assertThat(run(folder.resolve("absent").toString()).status).isEqualTo(1);
    }

    private static List<ExportLine.Event> events() {
        List<ExportLine.Event> events = new ArrayList<>();
        for (int i = 0; i < EVENTS; i++) {
            events.add(event(i, "message.opened"));
        }
        return events;
    }

    private static ExportLine.Event event(int i, String kind) {
        return hashed(
                new ExportLine.Event(
                        i,
                        new UUID(3, i),
                        NOON.plusSeconds(i).plusMillis(i),
                        kind,
                        i % 3 == 0 ? Optional.empty() : Optional.of(new UUID(4, i)),
                        i % 5 == 0 ? Optional.empty() : Optional.of(new UUID(5, i)),
                        ""));
    }

    private static ExportLine.Event hashed(ExportLine.Event event) {
        return new ExportLine.Event(
                event.sequence(),
                event.event(),
                event.happenedAt(),
                event.kind(),
                event.mailbox(),
                event.object(),
                ExportLine.Event.base64(event.computedHash(TENANT)));
    }

    private List<Integer> signed() {
        List<Integer> sizes = new ArrayList<>();
        for (int size = 1 + chance.nextInt(9); size < EVENTS; size += 1 + chance.nextInt(9)) {
            sizes.add(size);
        }
        sizes.add(EVENTS);
        return sizes;
    }

    private static Checkpoint checkpoint(List<ExportLine.Event> of) {
        MerkleTree tree = MerkleTree.EMPTY;
        for (ExportLine.Event event : of) {
            tree = tree.append(event.computedHash(TENANT));
        }
        return new Checkpoint(Checkpoint.origin(TENANT), tree.size(), tree.root());
    }

    private static List<String> export(
            List<ExportLine.Event> events,
            List<Integer> signed,
            VerifierKey verifier,
            SigningKey key) {
        List<String> lines = new ArrayList<>();
        lines.add(
                new ExportLine.Header(
                                TENANT,
                                verifier.text(),
                                Optional.empty(),
                                checkpoint(events).sign(key))
                        .text());
        for (int i = 0; i < events.size(); i++) {
            lines.add(events.get(i).text());
            if (signed.contains(i + 1)) {
                lines.add(
                        new ExportLine.Mark(checkpoint(events.subList(0, i + 1)).sign(key)).text());
            }
        }
        return lines;
    }

    /// The lines with these events in the places of events and the true checkpoints.
    private List<String> renumbered(
            List<ExportLine.Event> rest, UnaryOperator<ExportLine.Event> number) {
        List<String> lines = new ArrayList<>(export);
        for (int i = 0; i < rest.size(); i++) {
            lines.set(line(i), number.apply(rest.get(i)).text());
        }
        return lines;
    }

    private static ExportLine.Event numbered(
            ExportLine.Event event, int gone, @Nullable String leafHash) {
        ExportLine.Event next =
                new ExportLine.Event(
                        event.sequence() > gone ? event.sequence() - 1 : event.sequence(),
                        event.event(),
                        event.happenedAt(),
                        event.kind(),
                        event.mailbox(),
                        event.object(),
                        leafHash == null ? "" : leafHash);
        return leafHash == null ? hashed(next) : next;
    }

    /// Index of the line of an event.
    private int line(int event) {
        return export.indexOf(events.get(event).text());
    }

    /// How many events stand before a line.
    private long before(int line) {
        return export.subList(0, line).stream().filter(text -> text.contains("leafHash")).count();
    }

    /// The size of the last checkpoint before an event.
    private int signedBefore(int event) {
        return signed.stream().filter(size -> size <= event).reduce(0, Math::max);
    }

    private void assertBroken(List<String> lines, long sequence, Fault fault, String... options)
            throws IOException {
        JsonNode verdict = json(bytes(lines), options);
        assertThat(verdict.path("whole").asBoolean()).isFalse();
        assertThat(verdict.path("fault").asString()).as("%s", verdict).isEqualTo(fault.word());
        assertThat(verdict.path("sequence").asLong()).as("%s", verdict).isEqualTo(sequence);
    }

    private JsonNode json(List<String> lines) throws IOException {
        return json(bytes(lines));
    }

    private JsonNode json(byte[] content, String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of(options));
        words.add("--json");
        words.add(write("export.jsonl", content).toString());
        Outcome outcome = run(words.toArray(String[]::new));
        JsonNode verdict = JsonMapper.shared().readTree(outcome.output);
        assertThat(outcome.status).isEqualTo(verdict.path("whole").asBoolean() ? 0 : 3);
        return verdict;
    }

    private Outcome verify(List<String> lines, String... options) throws IOException {
        List<String> words = new ArrayList<>(List.of(options));
        words.add(write("export.jsonl", bytes(lines)).toString());
        return run(words.toArray(String[]::new));
    }

    private static Outcome run(String... words) {
        List<String> all = new ArrayList<>(List.of("audit", "verify"));
        all.addAll(List.of(words));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, UTF_8);
        int status =
                new CommandLine(List.of(new AuditVerify()), Map.of(), new Console(print, print))
                        .run(all.toArray(String[]::new));
        return new Outcome(status, out.toString(UTF_8));
    }

    private record Outcome(int status, String output) {}

    private Path write(String name, byte[] content) throws IOException {
        return Files.write(folder.resolve(name), content);
    }

    private static byte[] bytes(List<String> lines) {
        return join(lines, new byte[0], List.of());
    }

    private static byte[] join(List<String> before, byte[] line, List<String> after) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        before.forEach(text -> bytes.writeBytes((text + "\n").getBytes(UTF_8)));
        bytes.writeBytes(line);
        after.forEach(text -> bytes.writeBytes((text + "\n").getBytes(UTF_8)));
        return bytes.toByteArray();
    }
}
