package org.postern.server;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.postern.intake.Intake;
import org.postern.keys.Role;
import org.postern.server.cli.Console;
import org.postern.server.cli.UpOptions;
import org.postern.server.embedded.RunningAddresses;
import org.postern.server.embedded.StartRefusedException;

/// Says, once, that this Postern can do its job, and where.
final class Readiness {

    private final HouseParts parts;
    private final Upkeep upkeep;
    private final Optional<Intake> intake;
    private final Optional<DoorCheck> doorCheck;
    private final Optional<KeysListener> keys;

    Readiness(
            HouseParts parts,
            Upkeep upkeep,
            Optional<Intake> intake,
            Optional<DoorCheck> doorCheck,
            Optional<KeysListener> keys) {
        this.parts = parts;
        this.upkeep = upkeep;
        this.intake = intake;
        this.doorCheck = doorCheck;
        this.keys = keys;
    }

    /// Waits until this process can do what its roles are for, opens the SMTP ports and prints the
    /// one line.
    void announceWhenReady(Console console) throws InterruptedException, StartRefusedException {
        upkeep.awaitDoor();
        if (intake.isPresent()) {
            try {
                intake.get().start();
            } catch (IOException e) {
                throw new StartRefusedException("the SMTP ports cannot be opened.", e);
            }
        }
        doorCheck.ifPresent(DoorCheck::start);
        UpOptions options = parts.options();
        parts.folder()
                .announce(
                        new RunningAddresses(
                                ProcessHandle.current().pid(),
                                options.host(),
                                intake.map(Intake::smtpPort).orElse(0),
                                intake.map(Intake::smtpsPort).orElse(0),
                                options.httpPort(),
                                options.managementPort(),
                                options.outbox()));
        console.say("postern is ready: " + String.join(" ", listeners(options)));
    }

    private List<String> listeners(UpOptions options) {
        List<String> listeners = new ArrayList<>();
        if (parts.has(Role.PORTAL)) {
            listeners.add("portal http://%s:%d".formatted(options.host(), options.httpPort()));
        }
        intake.ifPresent(door -> {
            listeners.add("smtp %s:%d".formatted(options.host(), door.smtpPort()));
            listeners.add("smtps %s:%d".formatted(options.host(), door.smtpsPort()));
        });
        keys.map(KeysListener::port)
                .filter(OptionalInt::isPresent)
                .ifPresent(port ->
                        listeners.add(
                                "keys https://%s:%d".formatted(options.host(), port.getAsInt())));
        if (listeners.isEmpty()) {
            listeners.add("worker");
        }
        return listeners;
    }
}
