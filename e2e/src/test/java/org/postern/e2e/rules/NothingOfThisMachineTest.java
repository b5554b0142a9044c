package org.postern.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.e2e.rules.SourceTree.Found;
import org.postern.e2e.rules.SourceTree.Text;

/// The repository builds anywhere, and names nothing that only one machine or one team has.
class NothingOfThisMachineTest {

    // Put together here, so that this file does not name them either.
    private static final Pattern PATH_OF_ONE_MACHINE =
            Pattern.compile(
                    "(?<![\\w.$}~*-])/("
                            + "work/|"
                            + "root/|"
                            + "home/[a-z]|"
                            + "Users/[a-z])\\S*");
    private static final Pattern PRIVATE_TEXT =
            Pattern.compile(
                    "\\b(SECUR"
                            + "ITY|ARCHI"
                            + "TECTURE)\\.md,? (section )?\\d"
                            + "|\\b(DES"
                            + "IGN|ST"
                            + "YLE|FEAT"
                            + "URES|LES"
                            + "SONS|AS"
                            + "VS|DEPEND"
                            + "ENCIES)\\.md"
                            + "|\\bless"
                            + "on L\\d"
                            + "|\\bshared/(des"
                            + "ign|da"
                            + "ta)");
    private static final Pattern REGISTRY_IN_POM =
            Pattern.compile(
                    "<(repository|repositories|pluginRepositor\\w+|distributionManagement)>");
    private static final Pattern REGISTRY_IN_LOCK =
            Pattern.compile("\"resolved\"|(?m)^(@[^:]+:)?registry");
    private static final Pattern ADDRESS = Pattern.compile("https?://\\S+");

    @Test
    void noFileNamesAPathOfOneMachine() {
        assertThat(ours()).hasSizeGreaterThan(200);
        assertThat(ours().stream().flatMap(text -> text.find(PATH_OF_ONE_MACHINE)))
                .describedAs("paths that exist on one machine only")
                .isEmpty();
    }

    @Test
    void noFileCitesATextThatItsReaderDoesNotHave() {
        assertThat(ours().stream().flatMap(text -> text.find(PRIVATE_TEXT)))
                .describedAs("cite an RFC, or a document of this repository by its heading")
                .isEmpty();
    }

    @Test
    void noBuildFileNamesARegistry() {
        assertThat(find("(.*/)?pom\\.xml", REGISTRY_IN_POM))
                .describedAs("settings.xml is the place for mirrors")
                .isEmpty();
        assertThat(find("(.*/)?(package-lock\\.json|\\.npmrc)", REGISTRY_IN_LOCK))
                .describedAs("npm leaves them out with omit-lockfile-registry-resolved=true")
                .isEmpty();
        assertThat(
                        find(
                                "(.*/)?(settings\\.xml|maven-wrapper\\.properties|maven\\.config)",
                                ADDRESS))
                .describedAs("the default is right, or the one that builds knows better")
                .isEmpty();
    }

    private static Stream<Found> find(String path, Pattern pattern) {
        return SourceTree.texts(name -> name.matches(path)).stream()
                .flatMap(text -> text.find(pattern));
    }

    /// Published test data is not ours to correct.
    private static List<Text> ours() {
        return SourceTree.texts(path -> !path.contains("src/test/resources/"));
    }
}
