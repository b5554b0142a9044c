package org.postern.server;

import java.io.IOException;
import org.postern.intake.Intake;
import org.postern.server.cli.Console;
import org.postern.server.cli.UpOptions;
import org.postern.server.embedded.RunningAddresses;
import org.postern.server.embedded.StartRefusedException;

/// Says, once, that this Postern can do its job, and where.
final class Readiness {

    private final HouseParts parts;
    private final Upkeep upkeep;
    private final Intake intake;
    private final DoorCheck doorCheck;

    Readiness(HouseParts parts, Upkeep upkeep, Intake intake, DoorCheck doorCheck) {
        this.parts = parts;
        this.upkeep = upkeep;
        this.intake = intake;
        this.doorCheck = doorCheck;
    }

    /// Waits until mail can be taken, opens the SMTP ports and prints the one line.
    void announceWhenReady(Console console) throws InterruptedException, StartRefusedException {
        upkeep.awaitDoor();
        try {
            intake.start();
        } catch (IOException e) {
            throw new StartRefusedException("the SMTP ports cannot be opened.", e);
        }
        doorCheck.start();
        UpOptions options = parts.options();
        parts.folder()
                .announce(
                        new RunningAddresses(
                                ProcessHandle.current().pid(),
                                options.host(),
                                intake.smtpPort(),
                                intake.smtpsPort(),
                                options.httpPort(),
                                options.managementPort(),
                                options.outbox()));
        console.say(
                "postern is ready: portal http://%s:%d smtp %s:%d smtps %s:%d"
                        .formatted(
                                options.host(),
                                options.httpPort(),
                                options.host(),
                                intake.smtpPort(),
                                options.host(),
                                intake.smtpsPort()));
    }
}
