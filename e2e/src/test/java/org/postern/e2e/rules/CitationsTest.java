package org.postern.e2e.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.e2e.rules.SourceTree.Found;
import org.postern.e2e.rules.SourceTree.Text;

/// What the sources cite is there to be read.
class CitationsTest {

    private static final Pattern RFC = Pattern.compile("\\bRFCs? (\\d{3,4})(?:bis)?\\b");
    private static final Pattern RFC_ROW =
            Pattern.compile("(?m)^\\| (\\d{3,4}) \\|[^|]+\\| (yes|partial|no) \\|");
    private static final String DOCUMENT =
            "(?<![\\w/.-])((?:docs/(?:[a-z]+/)*)?[A-Za-z0-9-]+\\.md)";
    private static final Pattern CITED_DOCUMENT = Pattern.compile(DOCUMENT + "\\b");
    private static final Pattern CITED_HEADING = Pattern.compile(DOCUMENT + ", \"([^\"]+)\"");
    private static final Pattern CITED_SECTION =
            Pattern.compile(DOCUMENT + ", sections? (\\d+(?:\\.\\d+)?)");

    @Test
    void everyRfcThatIsCitedHasALineInTheList() {
        Set<String> listed = rows("yes|partial|no");
        List<Found> cited =
                Stream.concat(SourceTree.sources().stream(), SourceTree.documents().stream())
                        .flatMap(text -> text.find(RFC))
                        .toList();
        assertThat(cited).hasSizeGreaterThan(50);
        assertThat(cited.stream().filter(found -> !listed.contains(found.group(1))))
                .describedAs("cited, and not a line of docs/rfc.md")
                .isEmpty();
    }

    @Test
    void everyRfcThatWeSayWeFollowIsCitedBySomeCode() {
        Set<String> cited =
                SourceTree.sources().stream()
                        .flatMap(text -> text.find(RFC))
                        .map(found -> found.group(1))
                        .collect(Collectors.toSet());
        assertThat(rows("yes|partial").stream().filter(number -> !cited.contains(number)))
                .describedAs("docs/rfc.md says that we follow them, but no source says where")
                .isEmpty();
    }

    @Test
    void everyDocumentThatIsCitedExists() {
        List<String> documents = SourceTree.documents().stream().map(Text::path).toList();
        assertThat(
                        cited(CITED_DOCUMENT)
                                .filter(found ->
                                        documents.stream()
                                                .noneMatch(path -> path.endsWith(found.group(1)))))
                .describedAs("cited, and not in this repository")
                .isEmpty();
    }

    @Test
    void everyHeadingThatIsCitedExists() {
        assertThat(cited(CITED_HEADING)).isNotEmpty();
        assertThat(
                        cited(CITED_HEADING)
                                .filter(found ->
                                        !hasHeading(
                                                found,
                                                "([\\d.]+ )?" + Pattern.quote(found.group(2)))))
                .describedAs("cited, and not a heading of that document")
                .isEmpty();
    }

    @Test
    void everySectionThatIsCitedExists() {
        assertThat(cited(CITED_SECTION)).hasSizeGreaterThan(20);
        assertThat(
                        cited(CITED_SECTION)
                                .filter(found ->
                                        !hasHeading(
                                                found, Pattern.quote(found.group(2)) + "\\.? .*")))
                .describedAs("cited, and not a section of that document")
                .isEmpty();
    }

    private static boolean hasHeading(Found found, String heading) {
        return SourceTree.find(found.group(1)).stream()
                .anyMatch(text -> text.has("(?m)^#+ " + heading + "$"));
    }

    private static Stream<Found> cited(Pattern pattern) {
        return SourceTree.sources().stream()
                .filter(text -> !text.path().contains("/e2e/rules/"))
                .flatMap(text -> text.find(pattern));
    }

    private static Set<String> rows(String status) {
        return SourceTree.text("docs/rfc.md")
                .findInProse(RFC_ROW)
                .filter(row -> row.group(2).matches(status))
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
