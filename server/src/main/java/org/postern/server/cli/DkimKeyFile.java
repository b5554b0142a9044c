package org.postern.server.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A file with the key that signs mail of a domain, as it is named on the command line.
///
/// @param selector under which the domain publishes the key
public record DkimKeyFile(String domain, String selector, Path file) {

    static final Option KEYS =
            Option.of(
                            "--dkim-key",
                            "DOMAIN:SELECTOR:FILE",
                            "key in PEM that signs our mail of a domain, as ./postern dkim makes"
                                    + " it; may be given several times")
                    .variable("POSTERN_DKIM_KEY")
                    .repeatable();

    static List<DkimKeyFile> of(Arguments arguments) throws UsageException {
        List<DkimKeyFile> files = new ArrayList<>();
        for (String each : arguments.find(KEYS).map(text -> text.split(",", -1)).orElse(NONE)) {
            files.add(parse(each.strip()));
        }
        return List.copyOf(files);
    }

    private static final String[] NONE = {};

    private static DkimKeyFile parse(String text) throws UsageException {
        String[] parts = text.split(":", 3);
        try {
            if (parts.length == 3 && !parts[2].isBlank()) {
                return new DkimKeyFile(
                        parts[0].toLowerCase(Locale.ROOT),
                        parts[1].toLowerCase(Locale.ROOT),
                        Path.of(parts[2]));
            }
        } catch (InvalidPathException e) {
            // said below
        }
        throw new UsageException(
                KEYS.name() + " wants DOMAIN:SELECTOR:FILE, not \"" + text + "\".");
    }
}
