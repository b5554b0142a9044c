package org.postern.e2e.rules;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// The files of the repository as they lie on disk, without what a build leaves behind.
final class SourceTree {

    private static final Set<String> LEFT_BY_BUILDS =
            Set.of(".git", "target", "node_modules", ".idea", ".settings", ".cifuzz-corpus");
    private static final Pattern LINE_OF_A_COMMENT = Pattern.compile("\\R\\h*(///?|--|\\*|#)\\h?");

    private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");

    static final Path ROOT = root();

    private SourceTree() {}

    /// A text of the repository.
    ///
    /// @param path from the root, with slashes
    record Text(String path, String content) {

        /// Everything that the pattern finds, wherever comment lines break it.
        Stream<Found> find(Pattern pattern) {
            return pattern.matcher(inOneLine()).results().map(match -> new Found(path, match));
        }

        /// The same without examples, which may show what is not there.
        Stream<Found> findInProse(Pattern pattern) {
            return pattern.matcher(FENCED.matcher(content).replaceAll(""))
                    .results()
                    .map(match -> new Found(path, match));
        }

        /// Whether the pattern is somewhere in it.
        boolean has(String pattern) {
            return Pattern.compile(pattern).matcher(content).find();
        }

        /// Without folders.
        String name() {
            return path.substring(path.lastIndexOf('/') + 1);
        }

        /// With the marks of comment lines taken out, so that a citation may run over a line's end.
        String inOneLine() {
            return LINE_OF_A_COMMENT.matcher(content).replaceAll(" ").replaceAll("\\s+", " ");
        }

        @Override
        public String toString() {
            return path;
        }
    }

    /// A passage of a text, said as a reader of the failure wants it: where, and what.
    record Found(String path, MatchResult match) {

        String group(int group) {
            return String.valueOf(match.group(group));
        }

        boolean has(int group) {
            return match.group(group) != null;
        }

        @Override
        public String toString() {
            return path + ": " + match.group();
        }
    }

    static List<Text> texts(Predicate<String> path) {
        List<Text> texts = new ArrayList<>();
        for (Path file : files()) {
            String name = ROOT.relativize(file).toString().replace('\\', '/');
            if (path.test(name)) {
                read(file).ifPresent(content -> texts.add(new Text(name, content)));
            }
        }
        return texts;
    }

    static Optional<Text> find(String path) {
        return texts(path::equals).stream().findFirst();
    }

    static Text text(String path) {
        return find(path).orElseThrow(() -> new AssertionError(path + " is not there"));
    }

    /// Java, SQL, templates, styles, scripts and build files; published test data is not ours to
    /// correct.
    static List<Text> sources() {
        return texts(path ->
                path.matches(
                                ".*\\.(java|sql|html|css|js|mjs|xml|ya?ml|properties|sh)|postern|\\.ci/.*")
                        && !path.contains("src/test/resources/"));
    }

    static List<Text> java(String folder) {
        return texts(path -> path.contains("/" + folder + "/") && path.endsWith(".java"));
    }

    static List<Text> documents() {
        return texts(path -> path.endsWith(".md") && !path.contains("src/test/resources/"));
    }

    private static List<Path> files() {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(
                    ROOT,
                    new SimpleFileVisitor<>() {
                        @Override
                        public FileVisitResult preVisitDirectory(
                                Path folder, BasicFileAttributes attributes) {
                            boolean left =
                                    LEFT_BY_BUILDS.contains(String.valueOf(folder.getFileName()));
                            // where `./postern up` keeps its data unless told otherwise
                            boolean data = folder.equals(ROOT.resolve("data"));
                            return left || data
                                    ? FileVisitResult.SKIP_SUBTREE
                                    : FileVisitResult.CONTINUE;
                        }

                        @Override
                        public FileVisitResult visitFile(
                                Path file, BasicFileAttributes attributes) {
                            if (!LEFT_BY_BUILDS.contains(String.valueOf(file.getFileName()))) {
                                files.add(file);
                            }
                            return FileVisitResult.CONTINUE;
                        }
                    });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files.stream().sorted().toList();
    }

    /// Nothing for a file that is not text.
    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file, StandardCharsets.UTF_8));
        } catch (MalformedInputException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.isDirectory(folder.resolve(".mvn"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no folder above this one holds .mvn");
            }
        }
        return folder;
    }
}
