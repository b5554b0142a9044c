package org.postern.server.audit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Succession;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.MerkleTree;
import org.postern.crypto.audit.VerifierKey;
import org.postern.crypto.sealed.OpeningFailedException;

/// Verifies an export, front to back, and says where it first is wrong (docs/format.md, section
/// 11.4). It needs nothing but the file.
final class AuditVerifier {

    private final Path file;
    private final Optional<VerifierKey> given;
    private final Optional<String> seenNote;

    private MerkleTree tree = MerkleTree.EMPTY;
    private long line;

    /// How many events the last right checkpoint covers.
    private long vouched;

    private @Nullable Instant first;
    private @Nullable Instant last;

    /// Verifies one file, once.
    ///
    /// @param given the verifier key, if it is known by another way
    /// @param seenNote a checkpoint from earlier
    AuditVerifier(Path file, Optional<VerifierKey> given, Optional<String> seenNote) {
        this.file = file;
        this.given = given;
        this.seenNote = seenNote;
    }

    Verdict verify() throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            return verify(new LineReader(in));
        } catch (BrokenException e) {
            return new Verdict.Broken(
                    e.sequence < 0 ? tree.size() : e.sequence, line, e.fault, e.sentence);
        }
    }

    private Verdict verify(LineReader lines) throws IOException, BrokenException {
        if (!(next(lines).orElse(null) instanceof ExportLine.Header header)) {
            throw new BrokenException(Fault.EDITED, "the first line is not that of an export.");
        }
        List<VerifierKey> keys = keys(header);
        Checkpoint newest = open(keys, header.checkpoint());
        Optional<Checkpoint> seen =
                seenNote.isPresent() ? Optional.of(seen(keys, seenNote.get())) : Optional.empty();
        if (seen.isPresent() && seen.get().size() > newest.size()) {
            throw new BrokenException(
                    Fault.SHORTER,
                    newest.size(),
                    "the export has "
                            + newest.size()
                            + " events, and the checkpoint that was seen before has "
                            + seen.get().size()
                            + ".");
        }
        for (Optional<ExportLine> read = next(lines); read.isPresent(); read = next(lines)) {
            switch (read.get()) {
                case ExportLine.Event event -> take(header, newest, event);
                case ExportLine.Mark mark -> take(open(keys, mark.checkpoint()));
                case ExportLine.Header _ ->
                        throw new BrokenException(
                                Fault.INSERTED, "a second first line stands here.");
            }
            if (seen.isPresent() && seen.get().size() == tree.size()) {
                compare(seen.get(), "the checkpoint that was seen before");
            }
        }
        if (tree.size() < newest.size()) {
            line++;
            throw absent(tree.size());
        }
        compare(newest, "the newest checkpoint");
        return new Verdict.Whole(
                Optional.ofNullable(first), Optional.ofNullable(last), newest, keys.getFirst());
    }

    /// The newest first. Those who know one of them know all: each vouches for the one before and
    /// the one after.
    private List<VerifierKey> keys(ExportLine.Header header) throws BrokenException {
        VerifierKey key;
        try {
            key = VerifierKey.parse(header.verifierKey());
        } catch (OpeningFailedException e) {
            throw new BrokenException(Fault.EDITED, "the verifier key of the export is none.");
        }
        if (!key.name().equals(Checkpoint.origin(header.tenant()))) {
            throw new BrokenException(
                    Fault.EDITED, "the verifier key of the export is that of another chain.");
        }
        List<VerifierKey> keys =
                succession(header, key).keys().reversed().stream()
                        .map(each -> new VerifierKey(key.name(), each))
                        .toList();
        if (!keys.getFirst().equals(key)) {
            throw new BrokenException(
                    Fault.EDITED, "the verifier key of the export is not the newest of its keys.");
        }
        if (given.isPresent() && !keys.contains(given.get())) {
            throw new BrokenException(
                    Fault.CHECKPOINT, "the export names another verifier key than the one given.");
        }
        return keys;
    }

    private static Succession succession(ExportLine.Header header, VerifierKey key)
            throws BrokenException {
        if (header.succession().isEmpty()) {
            return Succession.of(key.key());
        }
        try {
            return Succession.parse(Base64.getDecoder().decode(header.succession().get()));
        } catch (OpeningFailedException | IllegalArgumentException e) {
            throw new BrokenException(
                    Fault.CHECKPOINT, "the keys of the export do not vouch for each other.");
        }
    }

    private static Checkpoint open(List<VerifierKey> keys, String note) throws BrokenException {
        return open(keys, note, "a checkpoint is not signed by the verifier key.");
    }

    private static Checkpoint seen(List<VerifierKey> keys, String note) throws BrokenException {
        return open(
                keys,
                note,
                "the checkpoint that was seen before is not signed by this verifier key.");
    }

    private static Checkpoint open(List<VerifierKey> keys, String note, String otherwise)
            throws BrokenException {
        for (VerifierKey key : keys) {
            try {
                return key.open(note);
            } catch (OpeningFailedException e) {
                // by another of them, or by none
            }
        }
        throw new BrokenException(Fault.CHECKPOINT, otherwise);
    }

    private void take(ExportLine.Header header, Checkpoint newest, ExportLine.Event event)
            throws IOException, BrokenException {
        if (event.sequence() > tree.size()) {
            throw absent(tree.size());
        }
        if (event.sequence() < tree.size()) {
            throw new BrokenException(
                    Fault.INSERTED, "event " + event.sequence() + " stands here once more.");
        }
        if (!event.hasItsHash(header.tenant())) {
            throw new BrokenException(
                    Fault.EDITED, "event " + event.sequence() + " is not what was chained.");
        }
        if (tree.size() == newest.size()) {
            throw new BrokenException(
                    Fault.INSERTED,
                    "event "
                            + event.sequence()
                            + " is one more than the newest checkpoint covers.");
        }
        tree = tree.append(event.computedHash(header.tenant()));
        if (first == null) {
            first = event.happenedAt();
        }
        last = event.happenedAt();
    }

    private void take(Checkpoint mark) throws IOException, BrokenException {
        if (mark.size() > tree.size()) {
            throw absent(tree.size());
        }
        if (mark.size() < tree.size() || mark.size() == vouched) {
            throw new BrokenException(
                    mark.size() > vouched ? Fault.MOVED : Fault.INSERTED,
                    "the checkpoint of " + mark.size() + " events does not belong here.");
        }
        compare(mark, "the checkpoint");
        vouched = mark.size();
    }

    private void compare(Checkpoint checkpoint, String name) throws BrokenException {
        if (checkpoint.size() == tree.size() && checkpoint.root().equals(tree.root())) {
            return;
        }
        throw new BrokenException(
                Fault.REWRITTEN,
                vouched,
                name
                        + " of "
                        + checkpoint.size()
                        + " events was signed over others: one of the events "
                        + vouched
                        + " to "
                        + (tree.size() - 1)
                        + " was changed together with its hash.");
    }

    /// The event is not where it belongs: it is elsewhere in the file, or nowhere.
    private BrokenException absent(long sequence) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            LineReader again = new LineReader(in);
            for (Optional<String> text = again.next(); text.isPresent(); text = again.next()) {
                if (ExportLine.parse(text.get()).orElse(null) instanceof ExportLine.Event event
                        && event.sequence() == sequence) {
                    return new BrokenException(
                            Fault.MOVED,
                            "event " + sequence + " stands in line " + again.line() + ".");
                }
            }
        }
        return new BrokenException(Fault.MISSING, "event " + sequence + " is missing.");
    }

    private Optional<ExportLine> next(LineReader lines) throws IOException, BrokenException {
        Optional<String> text = lines.next();
        line = lines.line();
        if (text.isEmpty() && !lines.isBroken()) {
            return Optional.empty();
        }
        Optional<ExportLine> read = text.flatMap(ExportLine::parse);
        if (read.isEmpty()) {
            throw new BrokenException(Fault.EDITED, "line " + line + " is not as it was written.");
        }
        return read;
    }

    /// Where reading stops; a verdict, not an error.
    private static final class BrokenException extends Exception {

        private static final long serialVersionUID = 1L;

        private final Fault fault;
        private final long sequence;
        private final String sentence;

        /// At the next place.
        BrokenException(Fault fault, String sentence) {
            this(fault, -1, sentence);
        }

        BrokenException(Fault fault, long sequence, String sentence) {
            super(sentence);
            this.fault = fault;
            this.sequence = sequence;
            this.sentence = sentence;
        }
    }
}
