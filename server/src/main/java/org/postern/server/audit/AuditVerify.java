package org.postern.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postern.crypto.audit.VerifierKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.server.cli.Arguments;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandFailedException;
import org.postern.server.cli.Console;
import org.postern.server.cli.Operand;
import org.postern.server.cli.Option;
import org.postern.server.cli.UsageException;
import tools.jackson.databind.json.JsonMapper;

/// `audit verify`: says whether an export is whole, or where it first is not. Needs no running
/// Postern and no network.
public final class AuditVerify implements Command {

    /// Something is wrong with the export; 1 and 2 are for what is wrong with the command.
    private static final int BROKEN = 3;

    /// No note is longer.
    private static final int NOTE_BYTES = 1 << 16;

    private static final Operand FILE = new Operand("FILE", "what audit export wrote");

    private static final Option KEY =
            Option.of("--key", "VERIFIERKEY", "believe no other key than this one");

    private static final Option SEEN =
            Option.of(
                    "--seen", "FILE", "an earlier export, or a checkpoint, that it must continue");

    private static final Option JSON = Option.flag("--json", "print the verdict as JSON");

    @Override
    public String name() {
        return "audit verify";
    }

    @Override
    public String summary() {
        return "say offline whether an export of the audit chain is whole, or where it is not";
    }

    @Override
    public List<Operand> operands() {
        return List.of(FILE);
    }

    @Override
    public List<Option> options() {
        return List.of(KEY, SEEN, JSON);
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException {
        Optional<VerifierKey> key = key(arguments);
        Path file = Path.of(arguments.operand(0));
        Verdict verdict;
        try {
            verdict = new AuditVerifier(file, key, seen(arguments)).verify();
        } catch (IOException e) {
            throw new CommandFailedException("a file cannot be read: " + e.getMessage() + ".", e);
        }
        boolean json = arguments.has(JSON);
        console.say(
                switch (verdict) {
                    case Verdict.Whole whole ->
                            json ? json(whole, key.isPresent()) : text(whole, key.isPresent());
                    case Verdict.Broken broken -> json ? json(broken) : text(broken);
                });
        return verdict instanceof Verdict.Whole ? 0 : BROKEN;
    }

    private static String text(Verdict.Whole whole, boolean keyGiven) {
        return "OK  "
                + whole.checkpoint().size()
                + " events from "
                + whole.first().map(Instant::toString).orElse("-")
                + " to "
                + whole.last().map(Instant::toString).orElse("-")
                + "\nOK  checkpoint of "
                + whole.checkpoint().size()
                + " events, root "
                + ExportLine.Event.base64(whole.checkpoint().root())
                + "\nOK  signed by "
                + whole.key().text()
                + (keyGiven
                        ? ""
                        : "\nThe export itself names this key. Compare it with the one you know, or"
                                + " give that with --key.");
    }

    private static String text(Verdict.Broken broken) {
        return "BROKEN  at event "
                + broken.sequence()
                + ", line "
                + broken.line()
                + " ("
                + broken.fault().word()
                + "): "
                + broken.sentence();
    }

    private static String json(Verdict.Whole whole, boolean keyGiven) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("whole", true);
        members.put("events", whole.checkpoint().size());
        whole.first().ifPresent(at -> members.put("first", at.toString()));
        whole.last().ifPresent(at -> members.put("last", at.toString()));
        members.put("root", ExportLine.Event.base64(whole.checkpoint().root()));
        members.put("verifierKey", whole.key().text());
        members.put("keyGiven", keyGiven);
        return JsonMapper.shared().writeValueAsString(members);
    }

    private static String json(Verdict.Broken broken) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("whole", false);
        members.put("sequence", broken.sequence());
        members.put("line", broken.line());
        members.put("fault", broken.fault().word());
        members.put("sentence", broken.sentence());
        return JsonMapper.shared().writeValueAsString(members);
    }

    private static Optional<VerifierKey> key(Arguments arguments) throws UsageException {
        Optional<String> text = arguments.find(KEY);
        try {
            return text.isPresent() ? Optional.of(VerifierKey.parse(text.get())) : Optional.empty();
        } catch (OpeningFailedException e) {
            throw new UsageException(
                    "--key wants a verifier key as audit export printed it: name+id+key.");
        }
    }

    /// An export begins with its newest checkpoint; anything else is taken for a checkpoint itself.
    private static Optional<String> seen(Arguments arguments) throws UsageException, IOException {
        Optional<Path> file = arguments.findPath(SEEN);
        if (file.isEmpty()) {
            return Optional.empty();
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file.get()))) {
            Optional<String> line = new LineReader(in).next();
            if (line.flatMap(ExportLine::parse).orElse(null) instanceof ExportLine.Header header) {
                return Optional.of(header.checkpoint());
            }
        }
        try (InputStream in = Files.newInputStream(file.get())) {
            return Optional.of(new String(in.readNBytes(NOTE_BYTES), UTF_8));
        }
    }
}
