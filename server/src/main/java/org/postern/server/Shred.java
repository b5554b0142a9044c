package org.postern.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/// An administrator's command that takes something away in the running Postern: `message recall`,
/// `message expire`, `erase`, `tenant end`.
///
/// @param what the running Postern is asked for
/// @param operand what is taken away, and under which name that is sent
/// @param fields which option is sent under which name
/// @param confirmed whether nothing is done without `--yes`
record Shred(
        String name,
        String summary,
        String what,
        Optional<Map.Entry<Operand, String>> operand,
        Map<Option, String> fields,
        boolean confirmed)
        implements Command {

    private static final int AWAY = 503;

    private static final String NOT_HERE =
            "this process has not the role for it: ask the one with the role worker.";

    private static final Option HOST =
            Option.of("--host", "NAME", "host name of the tenant's portal").standard("localhost");

    private static final Option YES =
            Option.flag("--yes", "that it is meant: there is no way back");

    private static final Option RECIPIENT =
            Option.of("--recipient", "ADDRESS", "for this one alone; without it for everybody");

    private static final Optional<Map.Entry<Operand, String>> MESSAGE =
            Optional.of(
                    Map.entry(
                            new Operand("MESSAGE", "its id, as it ends the address of its page"),
                            "message"));

    /// Every such command.
    static List<Command> all() {
        return List.of(
                new Shred(
                        "message recall",
                        "have a message open for nobody any more, or not for one recipient",
                        "recall",
                        MESSAGE,
                        Map.of(RECIPIENT, "recipient"),
                        false),
                new Shred(
                        "message expire",
                        "change until when a message can be read",
                        "expire",
                        MESSAGE,
                        Map.of(
                                RECIPIENT,
                                "recipient",
                                Option.of("--days", "DAYS", "from now on; 0 for until now"),
                                "days",
                                Option.of("--last", "DAY", "the last day, such as 2027-01-31"),
                                "last"),
                        false),
                new Shred(
                        "erase",
                        "erase a person: nothing of the mailbox opens any more",
                        "erase",
                        Optional.of(
                                Map.entry(
                                        new Operand("ADDRESS", "whose mailbox it is"), "address")),
                        Map.of(),
                        false),
                new Shred(
                        "tenant end",
                        "end an organisation: nothing of it opens any more",
                        "end",
                        Optional.empty(),
                        Map.of(),
                        true));
    }

    @Override
    public List<Operand> operands() {
        return operand.map(Map.Entry::getKey).stream().toList();
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(RunningPostern.options());
        options.add(HOST);
        fields.keySet().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .forEach(options::add);
        if (confirmed) {
            options.add(YES);
        }
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException, InterruptedException {
        if (confirmed && !arguments.has(YES)) {
            throw new UsageException(
                    name + " cannot be undone; say " + YES.name() + " if it is meant.");
        }
        Map<String, Object> body = new TreeMap<>();
        body.put("host", arguments.text(HOST));
        operand.ifPresent(wanted -> body.put(wanted.getValue(), arguments.operand(0)));
        fields.forEach((option, field) ->
                arguments.find(option).ifPresent(value -> body.put(field, value)));
        ControlClient.Answer answer =
                new ControlClient(RunningPostern.find(arguments)).post("/shredding/" + what, body);
        if (answer.status() == AWAY) {
            throw new CommandFailedException(answer.as(Said.class).sentence());
        }
        console.say(answer.required(NOT_HERE).as(Said.class).sentence());
        return 0;
    }

    private record Said(String sentence) {}
}
