package org.postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Packages of Debian, downloaded and unpacked but not installed: its mail servers exclude one
/// another, and a test changes nothing on the machine that it runs on.
final class DebianPackages {

    private static final Path KEPT = Path.of("target", "debian").toAbsolutePath();

    private static final Pattern LIBRARY = Pattern.compile("(?:^|,) *(lib[^\\s:|,(]+)");

    private DebianPackages() {}

    /// A folder with the files of these packages, and of the libraries that they need and that are
    /// not installed here. It is made once and kept until `mvn clean`.
    static Path unpacked(String... names) throws IOException, InterruptedException {
        Path folder = KEPT.resolve(names[0]);
        if (Files.isDirectory(folder)) {
            return folder;
        }
        Files.createDirectories(KEPT);
        Path files = Files.createTempDirectory(KEPT, "unpacking");
        Deque<String> wanted = new ArrayDeque<>(List.of(names));
        Set<String> seen = new TreeSet<>(wanted);
        while (!wanted.isEmpty()) {
            Path archive = download(wanted.remove());
            Command.run(List.of("dpkg-deb", "-x", archive.toString(), files.toString()));
            for (String library : neededBy(archive)) {
                if (seen.add(library) && !isInstalled(library) && isOne(library)) {
                    wanted.add(library);
                }
            }
        }
        return Files.move(files, folder);
    }

    /// Where a program among these files finds its libraries: what `LD_LIBRARY_PATH` has to say.
    static String libraries(Path files) throws IOException {
        try (Stream<Path> all = Files.walk(files, 4)) {
            return all.filter(folder -> folder.getFileName().toString().endsWith("-linux-gnu"))
                    .map(Path::toString)
                    .collect(Collectors.joining(":"));
        }
    }

    private static Path download(String name) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory(KEPT, "download");
        List<String> download =
                List.of("env", "--chdir=" + folder, "apt-get", "-qq", "download", name);
        if (Command.tried(download).status() != 0) {
            Command.run(List.of("apt-get", "-qq", "update")); // a new machine knows no packages
            Command.run(download);
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findFirst().orElseThrow();
        }
    }

    /// Of the packages that it depends on those that are libraries; the first where there is a
    /// choice.
    private static List<String> neededBy(Path archive) throws IOException, InterruptedException {
        String depends = Command.run(List.of("dpkg-deb", "-f", archive.toString(), "Depends"));
        return LIBRARY.matcher(depends).results().map(found -> found.group(1)).toList();
    }

    /// Some names are only what another package provides.
    private static boolean isOne(String name) throws IOException, InterruptedException {
        String known = Command.tried(List.of("apt-cache", "policy", name)).output();
        return known.contains("Candidate: ") && !known.contains("Candidate: (none)");
    }

    private static boolean isInstalled(String name) throws IOException, InterruptedException {
        return Command.tried(List.of("dpkg", "-s", name)).status() == 0;
    }
}
