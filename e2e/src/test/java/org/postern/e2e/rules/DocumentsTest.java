package org.postern.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.e2e.rules.SourceTree.Found;
import org.postern.e2e.rules.SourceTree.Text;

/// What the documents say is there.
class DocumentsTest {

    private static final List<String> NAMING_CLASSES =
            List.of(
                    "ARCHITECTURE.md",
                    "CONTRIBUTING.md",
                    "docs/asvs.md",
                    "docs/threat-model.md",
                    "docs/rfc.md");
    private static final Pattern NAME =
            Pattern.compile("`([A-Z][a-z0-9]\\w*)(?:[.#]([a-z]\\w*))?(?:\\([^`]*\\))?`");
    private static final Set<String> OF_LIBRARIES =
            Set.of("Clock", "SecureRandom", "JdbcClient", "MessageDigest", "SunJCE");
    private static final Pattern LINK =
            Pattern.compile("(?m)(?:\\]\\(|^\\[[^\\]]+\\]: )<?([^)\\s>]+)");
    private static final Pattern REFERENCE = Pattern.compile("\\[(`[A-Z]\\w+`)\\](?![(:\\[])");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ (.+)$");
    private static final Pattern OPTION = Pattern.compile("\"(--[a-z-]+)\"");
    private static final Pattern VARIABLE = Pattern.compile("\"(POSTERN_[A-Z_]+)\"");
    private static final Pattern DEPENDENCY =
            Pattern.compile(
                    "<dependency>\\s*<groupId>([^<]+)</groupId>\\s*<artifactId>([^<]+)</artifactId>");

    @Test
    void theDocumentsThatAHouseHasAreThere() {
        assertThat(SourceTree.documents())
                .extracting(Text::path)
                .contains(
                        "ARCHITECTURE.md",
                        "CHANGELOG.md",
                        "CONTRIBUTING.md",
                        "SECURITY.md",
                        "docs/asvs.md",
                        "docs/configuration.md",
                        "docs/dependencies.md",
                        "docs/format.md",
                        "docs/glossary.md",
                        "docs/performance.md",
                        "docs/rfc.md",
                        "docs/threat-model.md");
    }

    @Test
    void everyClassAndTestThatIsNamedExists() {
        Map<String, List<Text>> classes =
                SourceTree.texts(path -> path.endsWith(".java")).stream()
                        .collect(Collectors.groupingBy(text -> text.name().replace(".java", "")));
        List<Found> named =
                NAMING_CLASSES.stream()
                        .flatMap(path -> SourceTree.text(path).findInProse(NAME))
                        .toList();
        assertThat(named).hasSizeGreaterThan(40);
        assertThat(
                        named.stream()
                                .filter(found -> !OF_LIBRARIES.contains(found.group(1)))
                                .filter(found -> !exists(found, classes)))
                .describedAs("named as a class or a test, and not in the sources")
                .isEmpty();
    }

    /// A requirement that is met is shown by a test, and every requirement of the chapter has a
    /// row.
    @Test
    void everyRequirementThatWeSayWeMeetNamesItsTest() {
        Pattern row =
                Pattern.compile(
                        "(?m)^\\| (11\\.\\d\\.\\d) \\| [123] \\| [^|]+ \\| (\\w+) \\| (.+) \\|$");
        List<Found> rows = SourceTree.text("docs/asvs.md").findInProse(row).toList();
        assertThat(rows)
                .extracting(found -> found.group(1))
                .containsExactly(
                        ("11.1.1 11.1.2 11.1.3 11.1.4 11.2.1 11.2.2 11.2.3 11.2.4 11.2.5 11.3.1"
                                        + " 11.3.2 11.3.3 11.3.4 11.3.5 11.4.1 11.4.2 11.4.3 11.4.4"
                                        + " 11.5.1 11.5.2 11.6.1 11.6.2 11.7.1 11.7.2")
                                .split(" "));
        assertThat(rows)
                .allSatisfy(found -> assertThat(found.group(2)).isIn("yes", "partial", "no"))
                .filteredOn(found -> !found.group(2).equals("no"))
                .describedAs("said to be met, without a test that shows it")
                .allMatch(found -> found.group(3).matches(".*`\\w+(Test|Contract)[`.].*"));
    }

    private static boolean exists(Found found, Map<String, List<Text>> classes) {
        return classes.getOrDefault(found.group(1), List.of()).stream()
                .anyMatch(text -> !found.has(2) || text.has("\\b" + found.group(2) + "\\("));
    }

    @Test
    void everyLinkToAFileLeadsToOne() {
        assertThat(
                        SourceTree.documents().stream()
                                .flatMap(text -> text.findInProse(LINK))
                                .filter(found -> !leads(found)))
                .describedAs("links that lead nowhere, or elsewhere without TLS")
                .isEmpty();
    }

    @Test
    void everyReferenceIsDefined() {
        assertThat(
                        SourceTree.documents().stream()
                                .flatMap(text -> text.findInProse(REFERENCE))
                                .filter(found ->
                                        !SourceTree.text(found.path())
                                                .content()
                                                .contains("\n[" + found.group(1) + "]: ")))
                .describedAs("[`Name`] in a text is a link only if [`Name`]: path stands below")
                .isEmpty();
    }

    @Test
    void everyOptionAndVariableIsExplained() {
        String page = SourceTree.text("docs/configuration.md").content();
        List<Found> names =
                SourceTree.texts(path ->
                                path.startsWith("server/src/main/java/org/postern/server/cli/"))
                        .stream()
                        .flatMap(text -> Stream.of(OPTION, VARIABLE).flatMap(text::find))
                        .toList();
        assertThat(names).hasSizeGreaterThan(15);
        assertThat(names.stream().filter(found -> !page.contains("`" + found.group(1))))
                .describedAs("options and variables without a line in docs/configuration.md")
                .isEmpty();
    }

    @Test
    void everyDependencyHasALineThatSaysWhy() {
        String page = SourceTree.text("docs/dependencies.md").content();
        List<Found> dependencies =
                SourceTree.texts(path -> path.matches("[a-z0-9-]+/pom\\.xml")).stream()
                        .flatMap(text -> text.find(DEPENDENCY))
                        .filter(found -> !found.group(1).equals("org.postern"))
                        .toList();
        assertThat(dependencies).hasSizeGreaterThan(20);
        assertThat(
                        dependencies.stream()
                                .filter(found -> !page.contains("`" + found.group(2) + "`")))
                .describedAs("dependencies without a line in docs/dependencies.md")
                .isEmpty();
    }

    private static boolean leads(Found found) {
        String link = found.group(1);
        if (link.matches("[a-z]+:.*")) {
            return link.matches("(https|mailto):.*");
        }
        String[] parts = link.split("#", 2);
        Path here = SourceTree.ROOT.resolve(found.path());
        Path file = parts[0].isEmpty() ? here : here.resolveSibling(parts[0]).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        return parts.length == 1
                || SourceTree.text(SourceTree.ROOT.relativize(file).toString())
                        .findInProse(HEADING)
                        .anyMatch(heading -> anchor(heading.group(1)).equals(parts[1]));
    }

    /// As the usual forges make anchors of headings.
    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT).replaceAll("[^\\w\\- ]", "").replace(' ', '-');
    }
}
