package org.postern.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postern.server.cli.Arguments;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandFailedException;
import org.postern.server.cli.Console;
import org.postern.server.cli.ControlClient;
import org.postern.server.cli.Operand;
import org.postern.server.cli.Option;
import org.postern.server.cli.RunningPostern;
import org.postern.server.cli.UsageException;

/// What an operator asks of the process with the keys: `keys status`, `keys rotate`, `keys verify`,
/// `doctor keys`, `keys forget-door`.
///
/// @param what the running Postern is asked for
/// @param operand under which name the operand is sent, if there is one
record KeysCommand(
        String name,
        String summary,
        String what,
        String operand,
        List<Operand> operands,
        boolean ofOneTenant)
        implements Command {

    private static final int BROKEN = 1;

    private static final Option HOST =
            Option.of("--host", "NAME", "only of the tenant whose portal has this host name");

    KeysCommand {
        operands = List.copyOf(operands);
    }

    /// Every such command.
    static List<Command> all() {
        return List.of(
                new KeysCommand(
                        "keys status",
                        "list every key level with version, age and what is due",
                        "status",
                        "",
                        List.of(),
                        true),
                new KeysCommand(
                        "keys rotate",
                        "begin a new version of the root key, signing key, tenant keys, mailbox"
                                + " keys, or all",
                        "rotate",
                        "level",
                        List.of(new Operand("LEVEL", "root, signing, tenant, mailboxes or all")),
                        true),
                new KeysCommand(
                        "keys verify",
                        "unwrap every key of the ledger and say which do not open",
                        "verify",
                        "",
                        List.of(),
                        false),
                new KeysCommand(
                        "doctor keys",
                        "say which keys get old, and which files of keys others can read",
                        "doctor",
                        "",
                        List.of(),
                        false),
                new KeysCommand(
                        "keys forget-door",
                        "keep no spool key any more for a door that is gone with its spool",
                        "forget-door",
                        "name",
                        List.of(new Operand("NAME", "the door, as keys status names it")),
                        false));
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(RunningPostern.options());
        if (ofOneTenant) {
            options.add(HOST);
        }
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException, InterruptedException {
        Map<String, Object> body = new TreeMap<>();
        if (!operands.isEmpty()) {
            body.put(operand, arguments.operand(0));
        }
        if (ofOneTenant) {
            arguments.find(HOST).ifPresent(host -> body.put("host", host));
        }
        ControlClient.Answer answer =
                new ControlClient(RunningPostern.find(arguments)).post("/keys/" + what, body);
        KeysEndpoint.Answer found =
                answer.required("this process has not the keys: ask the one with the role keys.")
                        .as(KeysEndpoint.Answer.class);
        found.lines().forEach(console::say);
        return found.good() ? 0 : BROKEN;
    }
}
