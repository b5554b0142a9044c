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
            List.of("ARCHITECTURE.md", "CONTRIBUTING.md", "docs/threat-model.md", "docs/rfc.md");
    private static final Pattern NAME =
            Pattern.compile("`([A-Z][a-z0-9]\\w*)(?:[.#]([a-z]\\w*))?(?:\\([^`]*\\))?`");
    private static final Set<String> OF_LIBRARIES =
            Set.of("Clock", "SecureRandom", "JdbcClient", "SunJCE");
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
