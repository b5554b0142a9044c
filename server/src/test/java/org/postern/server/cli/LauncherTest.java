package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script `./postern`, in a small tree of its own with a Java, a Maven and a Node that only
/// write down what they were asked.
class LauncherTest {

    @TempDir Path temporary;

    private Path tree;
    private Path jar;
    private Path programs;
    private Path javaHome;
    private Path asked;

    @BeforeEach
    void plantTree() throws Exception {
        temporary = temporary.toRealPath();
        tree = temporary.resolve("a tree");
        jar = tree.resolve("server/target/postern.jar");
        asked = temporary.resolve("asked");
        Files.createDirectories(tree.resolve("server/src/main/java"));
        Files.createDirectories(jar.getParent());
        Files.createFile(asked);
        Files.createFile(tree.resolve("pom.xml"));
        Files.createFile(tree.resolve("server/pom.xml"));
        Files.copy(
                Path.of("..", "postern"),
                tree.resolve("postern"),
                StandardCopyOption.COPY_ATTRIBUTES);

        programs = Files.createDirectory(temporary.resolve("programs"));
        for (String tool :
                List.of(
                        "bash",
                        "cat",
                        "dirname",
                        "env",
                        "find",
                        "grep",
                        "head",
                        "readlink",
                        "touch")) {
            script(programs.resolve(tool), "exec %s \"$@\"".formatted(found(tool)));
        }
        javaHome = temporary.resolve("jdk");
        Files.createDirectories(javaHome.resolve("bin"));
        script(
                javaHome.resolve("bin/java"),
                """
                [ "$1" = -version ] && { echo 'openjdk version "25.0.3" 2026-04-21' >&2; exit 0; }
                echo "java $$ in $PWD:" "$@" >> "%s"
                """
                        .formatted(asked));
        script(javaHome.resolve("bin/javac"), "");
        script(
                programs.resolve("mvn"),
                "echo \"mvn in $PWD with $JAVA_HOME:\" \"$@\" >> \"%s\"\ntouch server/target/postern.jar"
                        .formatted(asked));
        script(programs.resolve("node"), "echo v20.1.0");
        for (String program : List.of("chromium", "swaks", "openssl")) {
            script(programs.resolve(program), "");
        }
    }

    @Test
    void helpIsThereBeforeAnythingIsBuilt() throws Exception {
        for (String word : List.of("help", "--help", "-h", "")) {
            var result = word.isEmpty() ? postern() : postern(word);
            assertThat(result.status()).isZero();
            assertThat(result.out())
                    .contains("./postern up", "./postern send-sample", "./postern test")
                    .contains("Linux on arm64 and macOS can be built and were never tried");
        }
        assertThat(asked()).isEmpty();
    }

    @Test
    void helpComesFromTheProgramOnceItIsBuilt() throws Exception {
        Files.createFile(jar);
        assertThat(postern("help", "up").status()).isZero();
        assertThat(asked()).singleElement().asString().endsWith("-jar " + jar + " help up");
    }

    @Test
    void upBuildsWhatIsMissingThenGivesWayToJava() throws Exception {
        var result = postern("up", "--data", "some where");

        assertThat(result.status()).isZero();
        assertThat(result.err())
                .isEqualTo("postern: building, this takes a minute the first time\n");
        assertThat(asked())
                .containsExactly(
                        "mvn in %s with %s: -B -Dstyle.color=never -q -DskipTests package -pl server -am"
                                .formatted(tree, javaHome),
                        // the same process, so that signals arrive; the caller's folder, so that
                        // --data means what it says
                        "java %d in %s: --enable-native-access=ALL-UNNAMED -jar %s up --data some where"
                                .formatted(result.pid(), temporary, jar));
    }

    @Test
    void upBuildsAgainOnlyWhenASourceIsNewer() throws Exception {
        postern("up");
        Files.setLastModifiedTime(
                jar, FileTime.from(Instant.now(Clock.systemUTC()).plusSeconds(60)));
        assertThat(postern("up").err()).isEmpty();

        Path source = Files.createFile(tree.resolve("server/src/main/java/New.java"));
        Files.setLastModifiedTime(jar, FileTime.from(Instant.EPOCH));
        assertThat(postern("up").err()).isEqualTo("postern: building, the sources have changed\n");

        Files.setLastModifiedTime(
                source, FileTime.from(Instant.now(Clock.systemUTC()).plusSeconds(120)));
        assertThat(postern("up").err()).isEqualTo("postern: building, the sources have changed\n");
    }

    @Test
    void aBuildThatFailsStartsNothing() throws Exception {
        script(programs.resolve("mvn"), "echo 'no such symbol' >&2; exit 1");
        var result = postern("up");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .contains("no such symbol")
                .endsWith("postern: the build failed; what Maven says is above.\n");
        assertThat(asked()).isEmpty();
    }

    @Test
    void aMissingJdkIsSaidInOneSentence() throws Exception {
        // no machine has that one
        Path launcher = tree.resolve("postern");
        Files.writeString(
                launcher,
                Files.readString(launcher).replace("java_version=25\n", "java_version=99\n"));
        var result = postern("up");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "postern: JDK 99 was not found. Install it (Debian: apt install"
                                + " openjdk-99-jdk, or Temurin from https://adoptium.net) or set"
                                + " JAVA_HOME to it.\n");
    }

    @Test
    void aJdkOnThePathIsFound() throws Exception {
        Files.createFile(jar);
        Files.createSymbolicLink(programs.resolve("java"), javaHome.resolve("bin/java"));
        var result = run(Map.of(), "version");
        Files.delete(programs.resolve("java"));
        assertThat(result.status()).isZero();
        assertThat(asked()).singleElement().asString().contains(" version");
    }

    @Test
    void missingMavenIsSaidInOneSentence() throws Exception {
        Files.delete(programs.resolve("mvn"));
        for (String command : List.of("up", "test")) {
            var result = postern(command);
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err())
                    .isEqualTo(
                            "postern: Maven was not found. Install it (Debian: apt install maven;"
                                    + " macOS: brew install maven).\n");
        }
    }

    @Test
    void testRunsEverythingOnTheJdkThatWasFound() throws Exception {
        assertThat(postern("test").status()).isZero();
        assertThat(asked())
                .containsExactly(
                        "mvn in %s with %s: -B -Dstyle.color=never verify"
                                .formatted(tree, javaHome));
    }

    @Test
    void anOldNodeIsSaidInOneSentence() throws Exception {
        script(programs.resolve("node"), "echo v18.19.0");
        assertThat(postern("test").err())
                .isEqualTo(
                        "postern: the checks need Node 20 or newer, and this is 18.19.0. Install it"
                                + " (Debian: apt install nodejs npm) or see https://nodejs.org.\n");
        Files.delete(programs.resolve("node"));
        assertThat(postern("test").err()).startsWith("postern: the checks need Node 20 or newer. ");
    }

    @Test
    void programsThatTestsNeedAreInstalledWhereAptIs() throws Exception {
        Files.delete(programs.resolve("chromium"));
        script(programs.resolve("id"), "echo 0");
        script(programs.resolve("apt-get"), "echo apt-get \"$@\" >> \"%s\"".formatted(asked));

        var result = postern("test");

        assertThat(result.status()).isZero();
        assertThat(result.out())
                .isEqualTo(
                        "postern: installing Debian packages that the checks need: chromium"
                                + " fonts-liberation swaks openssl\n");
        assertThat(asked())
                .containsSubsequence(
                        "apt-get -qq update",
                        "apt-get -qq -y --no-install-recommends install chromium fonts-liberation"
                                + " swaks openssl",
                        "mvn in %s with %s: -B -Dstyle.color=never verify"
                                .formatted(tree, javaHome));
    }

    @Test
    void programsThatTestsNeedAreNamedWhereTheyCannotBeInstalled() throws Exception {
        Files.delete(programs.resolve("swaks"));
        assertThat(postern("test").err())
                .isEqualTo(
                        "postern: the checks need swaks. Install what is missing with the package"
                                + " manager of this machine.\n");

        script(programs.resolve("apt-get"), "");
        script(programs.resolve("id"), "echo 1000");
        script(programs.resolve("sudo"), "exit 1");
        var result = postern("test");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err())
                .isEqualTo(
                        "postern: the checks need swaks. Install them: sudo apt-get install"
                                + " chromium fonts-liberation swaks openssl\n");
    }

    private Result postern(String... words) throws IOException, InterruptedException {
        return run(Map.of("JAVA_HOME", javaHome.toString()), words);
    }

    private Result run(Map<String, String> environment, String... words)
            throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add(tree.resolve("postern").toString());
        command.addAll(List.of(words));
        File out = temporary.resolve("out").toFile();
        File err = temporary.resolve("err").toFile();
        var builder =
                new ProcessBuilder(command)
                        .directory(temporary.toFile())
                        .redirectOutput(out)
                        .redirectError(err);
        builder.environment().clear();
        builder.environment().put("PATH", programs.toString());
        builder.environment().put("HOME", temporary.toString());
        builder.environment().putAll(environment);
        Process process = builder.start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return new Result(
                process.pid(),
                process.exitValue(),
                Files.readString(out.toPath(), UTF_8),
                Files.readString(err.toPath(), UTF_8));
    }

    private List<String> asked() throws IOException {
        return Files.readAllLines(asked);
    }

    private static Path found(String tool) {
        for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin")) {
            Path program = Path.of(folder, tool);
            if (Files.isExecutable(program)) {
                return program;
            }
        }
        throw new IllegalStateException("this machine has no " + tool);
    }

    private static void script(Path file, String text) throws IOException {
        Files.deleteIfExists(file);
        Files.writeString(file, "#!" + found("bash") + "\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private record Result(long pid, int status, String out, String err) {}
}
