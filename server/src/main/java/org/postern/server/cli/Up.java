package org.postern.server.cli;

import java.util.List;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.StartRefusedException;

/// `up`: takes the data folder, sees that every port is free, and hands over to the house itself.
public final class Up implements Command {

    private final House house;

    public Up(House house) {
        this.house = house;
    }

    @Override
    public String name() {
        return "up";
    }

    @Override
    public String summary() {
        return "build what is missing, then run everything until Ctrl-C";
    }

    @Override
    public List<Option> options() {
        return UpOptions.all();
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException,
                    CommandFailedException,
                    StartRefusedException,
                    InterruptedException {
        UpOptions options = UpOptions.of(arguments);
        // The folder first: a second start beside a running Postern is told that, not that a port
        // is taken.
        try (DataFolder folder = DataFolder.open(options.data())) {
            PortCheck.requireFree(options.bind(), options.ports());
            return house.run(options, folder, console);
        }
    }

    /// Everything that runs, as the main class puts it together.
    @FunctionalInterface
    public interface House {

        /// Runs until it is stopped; the folder is held while this does not return.
        ///
        /// @return exit status
        int run(UpOptions options, DataFolder folder, Console console)
                throws StartRefusedException, InterruptedException;
    }
}
