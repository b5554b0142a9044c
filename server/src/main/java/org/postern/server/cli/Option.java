package org.postern.server.cli;

import java.util.Optional;

/// An option of a command: `--name VALUE` or `--name=VALUE`, else its environment variable, else
/// what it stands for when nobody says anything.
///
/// @param name with its dashes
/// @param value what follows it, as shown in help; empty when nothing does
/// @param variable environment variable that it wins over
/// @param standard value when neither is given
/// @param description for help
/// @param repeated whether it may be given several times, which is the same as one value with
///   commas
public record Option(
        String name,
        String value,
        Optional<String> variable,
        Optional<String> standard,
        String description,
        boolean repeated) {

    /// The data folder: every command that needs a running Postern finds it there.
    public static final Option DATA =
            of("--data", "DIR", "folder that holds everything Postern keeps")
                    .variable("POSTERN_DATA")
                    .standard("./data");

    /// Where health, metrics, the outbox and the commands are.
    public static final Option MANAGEMENT_PORT =
            of("--management-port", "PORT", "health, metrics, outbox and the commands listed here")
                    .variable("POSTERN_MANAGEMENT_PORT");

    public static Option of(String name, String value, String description) {
        return new Option(name, value, Optional.empty(), Optional.empty(), description, false);
    }

    /// An option that is there or not.
    public static Option flag(String name, String description) {
        return of(name, "", description);
    }

    public Option variable(String variable) {
        return new Option(name, value, Optional.of(variable), standard, description, repeated);
    }

    public Option standard(String standard) {
        return new Option(name, value, variable, Optional.of(standard), description, repeated);
    }

    public Option repeatable() {
        return new Option(name, value, variable, standard, description, true);
    }

    boolean isFlag() {
        return value.isEmpty();
    }
}
