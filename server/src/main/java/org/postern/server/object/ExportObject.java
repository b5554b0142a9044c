package org.postern.server.object;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.postern.server.cli.Arguments;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandFailedException;
import org.postern.server.cli.Console;
import org.postern.server.cli.ControlClient;
import org.postern.server.cli.Operand;
import org.postern.server.cli.Option;
import org.postern.server.cli.RunningPostern;
import org.postern.server.cli.UsageException;
import org.postern.server.embedded.SecretFile;

/// `export-object`: takes one message away as it is stored, with the key of that one message. Works
/// where the keys are, and leaves an audit event.
public final class ExportObject implements Command {

    private static final Operand MESSAGE =
            new Operand("MESSAGE", "its id, as in the address of its page after /m/");

    private static final String NOT_HERE =
            "this process has not the role for it: ask the one with the role keys, which needs the"
                    + " folder of sealed objects (--blobs).";

    private static final Option HOST =
            Option.of("--host", "NAME", "host name of the tenant's portal").standard("localhost");

    private static final Option FOR = Option.of("--for", "ADDRESS", "somebody who has the message");

    private static final Option OUT =
            Option.of(
                    "--out",
                    "FILE",
                    "where to write the sealed object; its key goes beside it, as FILE.key");

    @Override
    public String name() {
        return "export-object";
    }

    @Override
    public String summary() {
        return "take one message away, sealed, with its key; the audit shows it";
    }

    @Override
    public List<Operand> operands() {
        return List.of(MESSAGE);
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(RunningPostern.options());
        options.addAll(List.of(HOST, FOR, OUT));
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException, InterruptedException {
        Path out = arguments.path(OUT);
        Path keyFile = out.resolveSibling(out.getFileName() + ".key");
        Map<String, String> asked =
                Map.of(
                        "host", arguments.text(HOST),
                        "message", arguments.operand(0),
                        "owner", arguments.text(FOR));
        ControlClient postern = new ControlClient(RunningPostern.find(arguments));
        postern.download("/object/sealed", asked, out).required(NOT_HERE);
        ControlClient.Answer key = postern.post("/object/key", asked).required(NOT_HERE);
        try {
            SecretFile.write(keyFile, key.as(Taken.class).key());
        } catch (IOException e) {
            throw new CommandFailedException(keyFile + " cannot be written.", e);
        }
        console.say("written to " + out + ", sealed as it is stored");
        console.say("written to " + keyFile + ": whoever has both can read it");
        console.say(
                "Open it with ./postern open-object "
                        + out
                        + " --key "
                        + keyFile
                        + " --out MESSAGE.eml");
        return 0;
    }

    private record Taken(String key) {
        @Override
        public String toString() {
            return "Taken[redacted]";
        }
    }
}
