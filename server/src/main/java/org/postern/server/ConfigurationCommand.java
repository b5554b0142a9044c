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
import org.postern.server.cli.Option;
import org.postern.server.cli.RunningPostern;
import org.postern.server.cli.UsageException;

/// What an operator asks about rows that somebody else has changed, or a backup has brought:
/// `config diff`, `config accept`.
///
/// @param what the running Postern is asked for
/// @param hosts `--host`, which names one organisation
record ConfigurationCommand(String name, String summary, String what, Option hosts)
        implements Command {

    private static final int ALTERED = 1;

    /// Every such command.
    static List<Command> all() {
        return List.of(
                new ConfigurationCommand(
                        "config diff",
                        "show organisations' rows in the database that no command here has set",
                        "diff",
                        Option.of("--host", "NAME", "only of the tenant at this host name")),
                new ConfigurationCommand(
                        "config accept",
                        "say that they are right as they are now; the audit shows it",
                        "accept",
                        Option.of("--host", "NAME", "the tenant, or its id, as config diff says")));
    }

    @Override
    public List<Option> options() {
        List<Option> options = new ArrayList<>(RunningPostern.options());
        options.add(hosts);
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException, InterruptedException {
        Map<String, Object> body = new TreeMap<>();
        if (what.equals("accept")) {
            body.put("host", arguments.text(hosts));
        } else {
            arguments.find(hosts).ifPresent(host -> body.put("host", host));
        }
        ControlClient.Answer answer =
                new ControlClient(RunningPostern.find(arguments))
                        .post("/configuration/" + what, body);
        ConfigurationEndpoint.Answer found =
                answer.required(
                                "this process has not the role for it: ask the one with the role"
                                        + " worker.")
                        .as(ConfigurationEndpoint.Answer.class);
        found.lines().forEach(console::say);
        return found.good() ? 0 : ALTERED;
    }
}
