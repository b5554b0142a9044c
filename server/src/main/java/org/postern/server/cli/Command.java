package org.postern.server.cli;

import java.util.List;
import org.postern.server.embedded.StartRefusedException;

/// One word, or a few, after `./postern`. To add a command, write one of these and add it to the
/// list that the main class gives to {@link CommandLine}: help, parsing and refusals come with it.
public interface Command {

    /// As typed, for instance `tenant create`.
    String name();

    /// One line for the list of `help`: what it does, beginning with a verb.
    String summary();

    /// What follows the name without dashes.
    default List<Operand> operands() {
        return List.of();
    }

    default List<Option> options() {
        return List.of();
    }

    /// Does it.
    ///
    /// @return exit status: 0 when it did what it says
    int run(Arguments arguments, Console console)
            throws UsageException,
                    CommandFailedException,
                    StartRefusedException,
                    InterruptedException;
}
