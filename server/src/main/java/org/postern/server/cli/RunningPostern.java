package org.postern.server.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postern.server.embedded.ControlToken;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.RunningAddresses;

/// The Postern that a command talks to, found by its data folder.
///
/// @param data its data folder
/// @param addresses where it said it is; the management port as given, if it was
/// @param token proves that the command comes from its user
public record RunningPostern(Path data, RunningAddresses addresses, ControlToken token) {

    /// The options of every command that talks to a running Postern.
    public static List<Option> options() {
        return List.of(Option.DATA, Option.MANAGEMENT_PORT);
    }

    public static RunningPostern find(Arguments arguments)
            throws UsageException, CommandFailedException {
        Path data = arguments.path(Option.DATA);
        Optional<Integer> managementPort = arguments.findPort(Option.MANAGEMENT_PORT);
        try {
            RunningAddresses announced =
                    DataFolder.announced(data).orElseThrow(() -> notRunning(data));
            ControlToken token = DataFolder.controlToken(data).orElseThrow(() -> notRunning(data));
            return new RunningPostern(
                    data,
                    managementPort.map(announced::withManagementPort).orElse(announced),
                    token);
        } catch (IOException e) {
            throw new CommandFailedException(
                    "the folder "
                            + data
                            + " cannot be read; run this as the user who runs Postern, or name its"
                            + " folder with --data.",
                    e);
        }
    }

    private static CommandFailedException notRunning(Path data) {
        return new CommandFailedException(
                "no Postern runs on the data folder "
                        + data
                        + ". Start it with ./postern up, or name its folder with --data.");
    }
}
