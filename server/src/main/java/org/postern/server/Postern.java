package org.postern.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.postern.db.Steps;
import org.postern.server.audit.AuditExport;
import org.postern.server.audit.AuditVerify;
import org.postern.server.board.BoardCommand;
import org.postern.server.cli.Command;
import org.postern.server.cli.CommandLine;
import org.postern.server.cli.Console;
import org.postern.server.cli.DoctorBackups;
import org.postern.server.cli.DoctorRoute;
import org.postern.server.cli.SendSample;
import org.postern.server.cli.Up;
import org.postern.server.object.ExportObject;
import org.postern.server.object.OpenObject;

/// The main class: `postern up` runs the house, every other command talks to one that runs.
public final class Postern {

    private Postern() {}

    /// Carries out one command and ends the process with its status.
    public static void main(String[] words) {
        System.exit(run(Steps.UNWATCHED, words));
    }

    /// The same for somebody who wants to hear of every step, as the crash tests do.
    ///
    /// @return exit status
    public static int run(Steps steps, String... words) {
        List<Command> commands = new ArrayList<>();
        commands.add(new Up(new EmbeddedHouse(steps)));
        commands.add(new SendSample(Clock.systemUTC()));
        commands.add(new DoctorRoute(Clock.systemUTC()));
        commands.add(new DoctorBackups(Clock.systemUTC()));
        commands.addAll(Provision.all());
        commands.addAll(BoardCommand.all());
        commands.addAll(KeysCommand.all());
        commands.addAll(ConfigurationCommand.all());
        commands.addAll(Shred.all());
        commands.add(new AuditExport());
        commands.add(new AuditVerify());
        commands.add(new ExportObject());
        commands.add(new OpenObject());
        commands.add(new DkimCommand(new SecureRandom()));
        return new CommandLine(commands, System.getenv(), Console.standard()).run(words);
    }
}
