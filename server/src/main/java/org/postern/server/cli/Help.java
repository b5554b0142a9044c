package org.postern.server.cli;

import java.util.List;
import java.util.stream.Collectors;

/// What `help` and `help COMMAND` print.
final class Help {

    private static final String INDENT = "  ";

    private Help() {}

    /// Each command with one line.
    static String list(List<Command> commands) {
        int width = commands.stream().mapToInt(command -> command.name().length()).max().orElse(0);
        return commands.stream()
                .map(command ->
                        INDENT
                                + "./postern "
                                + padded(command.name(), width)
                                + INDENT
                                + command.summary()
                                + "\n")
                .collect(
                        Collectors.joining(
                                "", "Postern, an encrypted e-mail portal of your own.\n\n", ""));
    }

    /// One command with its options.
    static String of(Command command) {
        var text = new StringBuilder("./postern ").append(command.name());
        command.operands().forEach(operand -> text.append(' ').append(operand.name()));
        if (!command.options().isEmpty()) {
            text.append(" [OPTIONS]");
        }
        text.append("\n\n").append(INDENT).append(command.summary()).append("\n");
        if (!command.operands().isEmpty()) {
            text.append('\n');
        }
        command.operands()
                .forEach(operand ->
                        text.append(INDENT)
                                .append(operand.name())
                                .append(": ")
                                .append(operand.description())
                                .append('\n'));
        for (Option option : command.options()) {
            text.append('\n').append(INDENT).append(option.name());
            if (!option.isFlag()) {
                text.append(' ').append(option.value());
            }
            option.standard().ifPresent(value -> text.append(" (").append(value).append(")"));
            option.variable().ifPresent(name -> text.append("  or ").append(name));
            text.append('\n').append(INDENT.repeat(3)).append(option.description()).append('\n');
        }
        return text.toString();
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
