package org.postern.server.cli;

import java.net.InetAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was typed after a command's name, with the environment behind it. Every reading method
/// refuses a value that makes no sense in a sentence which names the option, or the variable, that
/// it came from.
public final class Arguments {

    private final Map<Option, String> given;
    private final Map<String, String> environment;
    private final List<String> operands;

    private Arguments(
            Map<Option, String> given, Map<String, String> environment, List<String> operands) {
        this.given = given;
        this.environment = environment;
        this.operands = operands;
    }

    static Arguments parse(Command command, List<String> words, Map<String, String> environment)
            throws UsageException {
        var given = new HashMap<Option, String>();
        var operands = new ArrayList<String>();
        boolean optionsEnded = false;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (optionsEnded || !word.startsWith("-") || word.equals("-")) {
                operands.add(word);
                continue;
            }
            if (word.equals("--")) {
                optionsEnded = true;
                continue;
            }
            int equals = word.indexOf('=');
            String name = equals < 0 ? word : word.substring(0, equals);
            Option option = option(command, name);
            @Nullable String value = equals < 0 ? null : word.substring(equals + 1);
            if (option.isFlag()) {
                if (value != null) {
                    throw new UsageException(name + " takes no value.");
                }
                value = "";
            } else {
                if (value == null) {
                    boolean there = i + 1 < words.size() && !words.get(i + 1).startsWith("--");
                    value = there ? words.get(++i) : "";
                }
                if (value.isBlank()) {
                    throw new UsageException(
                            name + " wants a value: " + name + " " + option.value() + ".");
                }
            }
            if (given.containsKey(option) && !option.repeated()) {
                throw new UsageException(name + " is given twice.");
            }
            given.merge(option, value, (earlier, later) -> earlier + "," + later);
        }
        requireOperands(command, operands);
        return new Arguments(Map.copyOf(given), environment, List.copyOf(operands));
    }

    private static Option option(Command command, String name) throws UsageException {
        return command.options().stream()
                .filter(option -> option.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new UsageException(
                                command.name()
                                        + " has no option "
                                        + name
                                        + ". ./postern help "
                                        + command.name()
                                        + " lists them."));
    }

    private static void requireOperands(Command command, List<String> operands)
            throws UsageException {
        List<Operand> wanted = command.operands();
        if (operands.size() < wanted.size()) {
            throw new UsageException(
                    command.name()
                            + " wants "
                            + wanted.get(operands.size()).name()
                            + ": "
                            + wanted.get(operands.size()).description()
                            + ".");
        }
        if (operands.size() > wanted.size()) {
            throw new UsageException(
                    command.name()
                            + " does not understand \""
                            + operands.get(wanted.size())
                            + "\". ./postern help "
                            + command.name()
                            + " says how it is used.");
        }
    }

    /// The value given, in the environment, or standard; in this order.
    public Optional<String> find(Option option) {
        return Optional.ofNullable(given.get(option))
                .or(() -> inEnvironment(option))
                .or(option::standard);
    }

    private Optional<String> inEnvironment(Option option) {
        // an empty variable is how a shell says "none"
        return option.variable()
                .map(environment::get)
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /// The value of an option that must be there.
    public String text(Option option) throws UsageException {
        return find(option)
                .orElseThrow(() ->
                        new UsageException(
                                option.name()
                                        + " is missing: "
                                        + option.name()
                                        + " "
                                        + option.value()
                                        + "."));
    }

    public boolean has(Option flag) {
        return given.containsKey(flag);
    }

    public String operand(int index) {
        return operands.get(index);
    }

    public Path path(Option option) throws UsageException {
        return read(option, Path::of);
    }

    public Optional<Path> findPath(Option option) throws UsageException {
        return find(option).isEmpty() ? Optional.empty() : Optional.of(path(option));
    }

    /// A port to listen on; 0 is any that is free.
    public int port(Option option) throws UsageException {
        return read(option, Arguments::portNumber);
    }

    /// A number of something, at least one.
    public int count(Option option) throws UsageException {
        return read(option, Arguments::countNumber);
    }

    private static int countNumber(String text) throws UsageException {
        if (!text.matches("[1-9][0-9]{0,5}")) {
            throw new UsageException("wants a number from 1 to 999999");
        }
        return Integer.parseInt(text);
    }

    public Optional<Integer> findPort(Option option) throws UsageException {
        return find(option).isEmpty() ? Optional.empty() : Optional.of(port(option));
    }

    /// As many as are named, with commas between.
    public List<HostAndPort> hostsAndPorts(Option option) throws UsageException {
        return find(option).isEmpty() ? List.of() : read(option, Arguments::hostsAndPorts);
    }

    private static List<HostAndPort> hostsAndPorts(String text) throws UsageException {
        List<HostAndPort> all = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            HostAndPort one = HostAndPort.parse(each.strip());
            if (all.contains(one)) {
                throw new UsageException("names one twice");
            }
            all.add(one);
        }
        return List.copyOf(all);
    }

    public Optional<AddressRange> findAddressRange(Option option) throws UsageException {
        return find(option).isEmpty()
                ? Optional.empty()
                : Optional.of(read(option, AddressRange::parse));
    }

    /// An address of this machine; `localhost` is 127.0.0.1. A name would have to be looked up, and
    /// may have several.
    public InetAddress address(Option option) throws UsageException {
        return read(option, Arguments::addressLiteral);
    }

    /// The address of a PostgreSQL database for JDBC. It may hold a password, so it is not
    /// repeated.
    public Optional<String> findDatabaseUrl(Option option) throws UsageException {
        Optional<String> url = find(option);
        if (url.isPresent() && !url.get().startsWith("jdbc:postgresql:")) {
            throw new UsageException(
                    source(option)
                            + " wants a JDBC URL of PostgreSQL:"
                            + " jdbc:postgresql://HOST:PORT/DATABASE?user=USER&password=PASSWORD.");
        }
        return url;
    }

    private <T> T read(Option option, Reading<T> reading) throws UsageException {
        String text = text(option);
        try {
            return reading.read(text);
        } catch (UsageException e) {
            throw new UsageException(
                    source(option) + " " + e.sentence() + ", not \"" + text + "\".");
        } catch (InvalidPathException e) {
            throw new UsageException(source(option) + " wants a path, not \"" + text + "\".");
        }
    }

    private String source(Option option) {
        if (given.containsKey(option) || inEnvironment(option).isEmpty()) {
            return option.name();
        }
        return option.variable().orElse(option.name());
    }

    static int portNumber(String text) throws UsageException {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new UsageException("wants a port from 0 to 65535");
    }

    private static InetAddress addressLiteral(String text) throws UsageException {
        try {
            return InetAddress.ofLiteral(text.equals("localhost") ? "127.0.0.1" : text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("wants an address such as 127.0.0.1");
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(String text) throws UsageException;
    }
}
