package org.postern.server.board;

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
import org.postern.server.cli.Option;
import org.postern.server.cli.RunningPostern;
import org.postern.server.cli.UsageException;

/// An operator's command about maintenance or an incident: `maintenance schedule`, `incident open`
/// and their like.
///
/// @param what the running Postern is asked for; empty to be told what there is
public record BoardCommand(String name, String summary, String what, List<Option> asked)
        implements Command {

    private static final String NOT_HERE =
            "this process has not the role for it: ask one with the role worker or portal.";

    private static final Option FROM =
            Option.of(
                    "--from", "TIME", "when it begins: 2026-12-01T22:00, with Z or +01:00, or +2h");

    private static final Option UNTIL =
            Option.of("--until", "TIME", "when it is expected to end, written likewise");

    private static final Option TEXT =
            Option.of("--text", "TEXT", "plain words for everybody who reads the status page");

    private static final Option STATE =
            Option.of("--state", "STATE", "investigating, identified or monitoring");

    /// Every such command.
    public static List<Command> all() {
        return List.of(
                new BoardCommand(
                        "maintenance schedule",
                        "say when the system will be worked on; begins and ends by itself then",
                        "schedule",
                        List.of(FROM, UNTIL, TEXT)),
                new BoardCommand(
                        "maintenance announce",
                        "show the next one on every page now, not two days before",
                        "announce",
                        List.of(TEXT)),
                new BoardCommand(
                        "maintenance start",
                        "begin it now; ends by maintenance end alone",
                        "start",
                        List.of(UNTIL, TEXT)),
                new BoardCommand(
                        "maintenance end",
                        "end it now, or call off the next one",
                        "end",
                        List.of(TEXT)),
                new BoardCommand(
                        "maintenance status",
                        "what goes on and is to come, incidents too",
                        "",
                        List.of()),
                new BoardCommand(
                        "incident open",
                        "say on the status page that something does not work",
                        "open",
                        List.of(TEXT)),
                new BoardCommand(
                        "incident update",
                        "say what is known by now",
                        "update",
                        List.of(STATE, TEXT)),
                new BoardCommand(
                        "incident resolve", "say that it works again", "resolve", List.of(TEXT)));
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(RunningPostern.options());
        options.addAll(asked);
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException, InterruptedException {
        ControlClient client = new ControlClient(RunningPostern.find(arguments));
        if (what.isEmpty()) {
            ControlClient.Answer answer = client.get("/board").required(NOT_HERE);
            List<String> lines = answer.as(Lines.class).lines();
            if (lines.isEmpty()) {
                console.say("no maintenance, no incident.");
            }
            lines.forEach(console::say);
            return 0;
        }
        Map<String, Object> body = new TreeMap<>();
        for (Option option : asked) {
            Optional<String> value = arguments.find(option);
            value.ifPresent(given -> body.put(option.name().substring(2), given));
        }
        ControlClient.Answer answer = client.post("/board/" + what, body).required(NOT_HERE);
        console.say(answer.as(Done.class).id());
        return 0;
    }

    private record Lines(List<String> lines) {}

    private record Done(String id) {}
}
