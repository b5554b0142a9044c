package org.postern.server.cli;

/// A command that something else carries out (the launcher script, {@link CommandLine} itself);
/// here so that help lists it.
record ListedCommand(String name, String summary) implements Command {

    @Override
    public int run(Arguments arguments, Console console) throws CommandFailedException {
        throw new CommandFailedException(
                name + " is done by the script ./postern at the top of a source tree.");
    }
}
