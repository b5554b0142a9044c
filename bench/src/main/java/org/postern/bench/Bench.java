package org.postern.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;

/// The main class: `crypto` measures sealing beside openssl, `intake` the SMTP door beside Postfix,
/// `idle` what a silent connection costs it, `shed` what a crowd does to it, `claim` how the number
/// of jobs that wait tells, `path` the way from MAIL to the notice beside Postfix, `load` sends
/// mail to a running Postern.
public final class Bench {

    private Bench() {}

    /// Measures and prints; ends the process with its status.
    public static void main(String[] words) throws Exception {
        System.exit(run(Arrays.asList(words), System.out));
    }

    /// Does what the words say; returns the exit status.
    static int run(List<String> words, PrintStream out) throws Exception {
        String what = words.isEmpty() ? "" : words.getFirst();
        List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
        return switch (what) {
            case "crypto" -> crypto(rest, out);
            case "intake" -> IntakeBench.run(out);
            case "idle" ->
                    IdleBench.run(rest.isEmpty() ? 5_000 : Integer.parseInt(rest.getFirst()), out);
            case "path" -> PathBench.run(Path.of(rest.getFirst()), out);
            case "shed" -> ShedBench.run(out);
            case "claim" ->
                    ClaimBench.run(
                            rest.isEmpty() ? 1_000_000 : Integer.parseInt(rest.getFirst()),
                            Clock.systemUTC(),
                            out);
            case "door" ->
                    DoorServer.run(
                            Path.of(rest.getFirst()),
                            Integer.parseInt(rest.get(1)),
                            System.in,
                            out);
            case "load" -> Load.run(LoadOptions.parse(rest), out);
            default -> explain(out);
        };
    }

    private static int crypto(List<String> words, PrintStream out) throws Exception {
        CryptoFigures.Effort effort =
                switch (words.isEmpty() ? "" : words.getFirst()) {
                    case "--quick" -> CryptoFigures.Effort.QUICK;
                    case "--bytes" -> CryptoFigures.Effort.only(Integer.parseInt(words.get(1)));
                    default -> CryptoFigures.Effort.FULL;
                };
        CryptoFigures.print(CryptoFigures.measure(effort), out);
        return 0;
    }

    private static int explain(PrintStream out) {
        out.println(
                "bench crypto [--quick | --bytes N]  sealing and opening on one core, beside"
                        + " openssl and the bare cipher");
        out.println(
                "bench intake            the SMTP door beside Postfix (needs it, openssl and"
                        + " root)");
        out.println("bench idle [CONNECTIONS]  memory of the SMTP door for each idle connection");
        out.println(
                "bench shed              mail that is accepted while a crowd is turned away (needs"
                        + " openssl)");
        out.println(
                "bench path JAR          from MAIL to the notice at a relay, beside a Postfix that"
                        + " merely accepts (needs it, openssl and root)");
        out.println("bench claim [JOBS]      claims of due jobs while few and while many wait");
        out.println("bench load [OPTIONS]    mail by SMTP, and how long its notices take:");
        LoadOptions.explain(out);
        return 2;
    }
}
