package org.postern.server.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postern.server.embedded.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the command that was typed, runs it, and turns whatever goes wrong into one plain sentence
/// and an exit status: 1 when it could not be done, 2 when it could not be understood.
public final class CommandLine {

    private static final Logger log = LoggerFactory.getLogger(CommandLine.class);

    private static final int FAILED = 1;
    private static final int NOT_UNDERSTOOD = 2;

    private final List<Command> commands;
    private final Map<String, String> environment;
    private final Console console;

    /// Knows these commands.
    ///
    /// @param commands in the order in which help lists them; `test`, `version` and `help` are
    ///   added
    /// @param environment variables that stand behind options
    public CommandLine(List<Command> commands, Map<String, String> environment, Console console) {
        var all = new ArrayList<>(commands);
        all.add(new ListedCommand("test", "run all checks (in a source tree)"));
        all.add(new Version());
        all.add(new ListedCommand("help", "list the commands; help COMMAND says more of one"));
        this.commands = List.copyOf(all);
        this.environment = Map.copyOf(environment);
        this.console = console;
    }

    /// Carries out what was typed.
    ///
    /// @return exit status for the shell
    public int run(String... words) {
        try {
            return run(List.of(words));
        } catch (UsageException e) {
            console.refuse(e.sentence());
            return NOT_UNDERSTOOD;
        } catch (CommandFailedException e) {
            return failed(e, e.sentence());
        } catch (StartRefusedException e) {
            return failed(e, e.sentence());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            console.refuse("interrupted.");
            return FAILED;
        } catch (RuntimeException e) {
            log.error("command failed", e);
            console.refuse(
                    "this went wrong in a way that nobody foresaw ("
                            + e.getClass().getSimpleName()
                            + "); the log above has the details.");
            return FAILED;
        }
    }

    private int failed(Exception e, String sentence) {
        log.debug("command failed", e);
        console.refuse(sentence);
        return FAILED;
    }

    private int run(List<String> words)
            throws UsageException,
                    CommandFailedException,
                    StartRefusedException,
                    InterruptedException {
        if (words.isEmpty()) {
            throw new UsageException("say what to do; ./postern help lists the commands.");
        }
        if (words.getFirst().equals("help") || isHelp(words.getFirst())) {
            console.out().print(help(words.subList(1, words.size())));
            return 0;
        }
        Command command = command(words);
        List<String> rest = words.subList(wordsOf(command).size(), words.size());
        if (rest.stream().takeWhile(word -> !word.equals("--")).anyMatch(CommandLine::isHelp)) {
            console.out().print(Help.of(command));
            return 0;
        }
        return command.run(Arguments.parse(command, rest, environment), console);
    }

    private static boolean isHelp(String word) {
        return word.equals("--help") || word.equals("-h");
    }

    private String help(List<String> words) throws UsageException {
        if (words.isEmpty()) {
            return Help.list(commands);
        }
        List<Command> group = group(words);
        return group.size() > 1 ? Help.list(group) : Help.of(command(words));
    }

    private Command command(List<String> words) throws UsageException {
        Optional<Command> found = find(commands, words);
        if (found.isPresent()) {
            return found.get();
        }
        List<Command> group = group(words.subList(0, 1));
        if (group.isEmpty()) {
            throw new UsageException(
                    "there is no command \"" + words.getFirst() + "\"; ./postern help lists them.");
        }
        throw new UsageException(
                words.getFirst()
                        + " wants one more word: "
                        + group.stream().map(Command::name).collect(Collectors.joining(", "))
                        + ".");
    }

    /// Of `tenant`: `tenant create` and whatever else begins so.
    private List<Command> group(List<String> words) {
        return commands.stream().filter(command -> startsWith(wordsOf(command), words)).toList();
    }

    /// The command whose name `words` begins with; of `tenant` and `tenant create` the longer.
    static Optional<Command> find(List<Command> commands, List<String> words) {
        return commands.stream()
                .filter(command -> startsWith(words, wordsOf(command)))
                .max(Comparator.comparingInt(command -> wordsOf(command).size()));
    }

    private static boolean startsWith(List<String> words, List<String> beginning) {
        return words.size() >= beginning.size()
                && words.subList(0, beginning.size()).equals(beginning);
    }

    private static List<String> wordsOf(Command command) {
        return Arrays.asList(command.name().split(" ", -1));
    }
}
