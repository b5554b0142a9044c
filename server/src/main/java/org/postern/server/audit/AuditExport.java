package org.postern.server.audit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postern.server.cli.Arguments;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandFailedException;
import org.postern.server.cli.Console;
import org.postern.server.cli.ControlClient;
import org.postern.server.cli.Option;
import org.postern.server.cli.RunningPostern;
import org.postern.server.cli.UsageException;

/// `audit export`: has the running Postern write an organisation's audit chain into a file.
public final class AuditExport implements Command {

    private static final Option HOST =
            Option.of("--host", "NAME", "host name of the tenant's portal").standard("localhost");

    private static final Option OUT = Option.of("--out", "FILE", "where to write it");

    @Override
    public String name() {
        return "audit export";
    }

    @Override
    public String summary() {
        return "write an organisation's audit chain with its signed checkpoints into a file";
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(RunningPostern.options());
        options.addAll(List.of(HOST, OUT));
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException, InterruptedException {
        Path out = arguments.path(OUT);
        new ControlClient(RunningPostern.find(arguments))
                .download("/audit", Map.of("host", arguments.text(HOST)), out)
                .required();
        console.say("written to " + out);
        console.say("verifier key " + header(out).verifierKey());
        console.say(
                "Keep the verifier key where nobody can change it, and this export to compare"
                        + " later ones with (audit verify --key, --seen).");
        return 0;
    }

    private static ExportLine.Header header(Path out) throws CommandFailedException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(out))) {
            if (new LineReader(in).next().flatMap(ExportLine::parse).orElse(null)
                    instanceof ExportLine.Header header) {
                return header;
            }
        } catch (IOException e) {
            throw new CommandFailedException("the file " + out + " cannot be read again.", e);
        }
        throw new CommandFailedException(
                "the running Postern is of another version than this command.");
    }
}
