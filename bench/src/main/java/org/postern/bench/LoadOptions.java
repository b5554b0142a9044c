package org.postern.bench;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// What to send, and where.
///
/// @param data the running Postern's data folder: for its certificate and its outbox
/// @param smtpPort for STARTTLS
/// @param messages how many in all
/// @param connections how many at once
/// @param bytes of each message's body
/// @param rate how many a second; as many as can be if empty
/// @param sinkPort where to take notices as a relay would; empty if the demo's outbox gets them
record LoadOptions(
        Path data,
        int smtpPort,
        int messages,
        int connections,
        int bytes,
        Optional<Integer> rate,
        Optional<Integer> sinkPort) {

    static final LoadOptions DEFAULT =
            new LoadOptions(
                    Path.of("data"), 2525, 500, 4, 20_000, Optional.empty(), Optional.empty());

    static LoadOptions parse(List<String> words) {
        LoadOptions options = DEFAULT;
        if (words.size() % 2 != 0) {
            throw new IllegalArgumentException("an option lacks its value");
        }
        for (int i = 0; i < words.size(); i += 2) {
            options = options.with(words.get(i), words.get(i + 1));
        }
        return options;
    }

    static void explain(PrintStream out) {
        out.println("  --data DIR           data folder of the running Postern (./data)");
        out.println("  --smtp-port PORT     its port for STARTTLS (2525)");
        out.println("  --messages N         how many (500)");
        out.println("  --connections N      at once (4)");
        out.println("  --bytes N            of each body (20000)");
        out.println("  --rate N             a second; else as many as can be");
        out.println(
                "  --sink-port PORT     take notices here, for a Postern with --relay"
                        + " localhost:PORT; else its outbox");
    }

    private LoadOptions with(String name, String value) {
        return switch (name) {
            case "--data" ->
                    new LoadOptions(
                            Path.of(value), smtpPort, messages, connections, bytes, rate, sinkPort);
            case "--smtp-port" ->
                    new LoadOptions(
                            data, number(value), messages, connections, bytes, rate, sinkPort);
            case "--messages" ->
                    new LoadOptions(
                            data, smtpPort, number(value), connections, bytes, rate, sinkPort);
            case "--connections" ->
                    new LoadOptions(data, smtpPort, messages, number(value), bytes, rate, sinkPort);
            case "--bytes" ->
                    new LoadOptions(
                            data, smtpPort, messages, connections, number(value), rate, sinkPort);
            case "--rate" ->
                    new LoadOptions(
                            data,
                            smtpPort,
                            messages,
                            connections,
                            bytes,
                            Optional.of(number(value)),
                            sinkPort);
            case "--sink-port" ->
                    new LoadOptions(
                            data,
                            smtpPort,
                            messages,
                            connections,
                            bytes,
                            rate,
                            Optional.of(number(value)));
            default -> throw new IllegalArgumentException("no such option: " + name);
        };
    }

    private static int number(String value) {
        return Integer.parseInt(value);
    }
}
