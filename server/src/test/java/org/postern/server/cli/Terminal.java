package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A terminal with what was said on it.
final class Terminal {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();

    Terminal with(String variable, String value) {
        environment.put(variable, value);
        return this;
    }

    int type(List<Command> commands, String... words) {
        var console =
                new Console(new PrintStream(out, true, UTF_8), new PrintStream(err, true, UTF_8));
        return new CommandLine(commands, environment, console).run(words);
    }

    String out() {
        return out.toString(UTF_8);
    }

    String err() {
        return err.toString(UTF_8);
    }
}
