package org.postern.e2e.rules;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postern.e2e.rules.SourceTree.Found;
import org.postern.e2e.rules.SourceTree.Text;

/// What the files of the repository look like.
class SourceTreeTest {

    private static final Pattern PACKAGE_SENTENCE =
            Pattern.compile("\\A((?:///.*\\R)+)@NullMarked\\Rpackage [a-z0-9.]+;\\R");
    private static final Pattern MIGRATION =
            Pattern.compile("(.*/migration)/V(\\d{4})__[a-z_0-9]+\\.sql");
    private static final Pattern TABLE = Pattern.compile("(?i)create table (\\w+)");
    private static final Pattern OTHER_PEOPLES_WORDS =
            Pattern.compile(
                    "account|customer|realm|email|conversation|topic|magic|ott|envelope|user|item|task|\\w+s");

    @Test
    void everyPackageHasAnInfoThatMarksItNull() {
        Map<String, TreeSet<String>> folders =
                Stream.concat(SourceTree.java("src/main/java").stream(), testsThatShareNoPackage())
                        .collect(
                                Collectors.groupingBy(
                                        text ->
                                                text.path()
                                                        .substring(0, text.path().lastIndexOf('/')),
                                        TreeMap::new,
                                        Collectors.mapping(
                                                Text::name,
                                                Collectors.toCollection(TreeSet::new))));
        assertThat(folders).hasSizeGreaterThan(20);
        assertThat(
                        folders.keySet().stream()
                                .filter(folder ->
                                        !requireNonNull(folders.get(folder))
                                                .contains("package-info.java")))
                .describedAs(
                        "packages without package-info.java: one /// sentence that says what the"
                            + " package is for, and @NullMarked, without which NullAway looks away")
                .isEmpty();
    }

    @Test
    void everyPackageSaysInOneSentenceWhatItIsFor() {
        List<Text> infos = SourceTree.texts(path -> path.endsWith("/package-info.java"));
        assertThat(infos).hasSizeGreaterThan(20);
        assertThat(infos.stream().filter(text -> !isOneSentence(text)))
                .describedAs(
                        "package-info.java is: one sentence after ///, then @NullMarked, then the"
                                + " package")
                .isEmpty();
    }

    private static boolean isOneSentence(Text text) {
        Matcher matcher = PACKAGE_SENTENCE.matcher(text.content());
        if (!matcher.find()) {
            return false;
        }
        // a drawing may follow
        String sentence =
                matcher.group(1)
                        .replaceAll("(?m)^/// ?", "")
                        .replaceAll("(?ms)^```.*^```", "")
                        .strip();
        return sentence.endsWith(".")
                && !Pattern.compile("[.?!]\\s+[A-Z]").matcher(sentence).find();
    }

    /// In other modules tests live in the packages that they test.
    private static Stream<Text> testsThatShareNoPackage() {
        return SourceTree.java("src/test/java").stream()
                .filter(text -> text.path().startsWith("e2e/"));
    }

    @Test
    void migrationsAreNumberedWithoutAGap() {
        List<Text> migrations =
                SourceTree.texts(path -> path.contains("/migration/") && path.endsWith(".sql"));
        assertThat(migrations.stream().filter(text -> !MIGRATION.matcher(text.path()).matches()))
                .describedAs("migrations not named V0001__what_it_brings.sql")
                .isEmpty();
        Map<String, List<Integer>> numbers =
                migrations.stream()
                        .flatMap(text -> MIGRATION.matcher(text.path()).results())
                        .collect(
                                Collectors.groupingBy(
                                        found -> found.group(1),
                                        Collectors.mapping(
                                                found -> Integer.valueOf(found.group(2)),
                                                Collectors.toList())));
        assertThat(numbers).describedAs("mail database and key ledger").hasSize(2);
        numbers.forEach((folder, found) ->
                assertThat(found)
                        .describedAs(folder)
                        .containsExactlyElementsOf(
                                IntStream.rangeClosed(1, found.size()).boxed().toList()));
    }

    @Test
    void tablesBearTheWordsOfTheGlossary() {
        List<Found> tables =
                SourceTree.texts(path -> path.endsWith(".sql")).stream()
                        .flatMap(text -> text.find(TABLE))
                        .toList();
        assertThat(tables).hasSizeGreaterThan(10);
        assertThat(
                        tables.stream()
                                .filter(table ->
                                        OTHER_PEOPLES_WORDS.matcher(table.group(1)).matches()))
                .describedAs(
                        "tables for which docs/glossary.md has another word; tables are named in"
                                + " the singular")
                .isEmpty();
    }

    @Test
    void testsNeverSleep() {
        List<Text> tests = SourceTree.java("src/test/java");
        assertThat(tests).hasSizeGreaterThan(30);
        assertThat(
                        tests.stream()
                                .flatMap(text ->
                                        text.find(Pattern.compile("Thread\\s*\\.\\s*sleep\\("))))
                .describedAs(
                        "a test that sleeps is slow or wrong: use Awaitility, a latch, or a clock"
                                + " that the test sets")
                .isEmpty();
    }

    @Test
    void commentsSignNothingAndPutNothingOff() {
        Pattern signed = Pattern.compile("@" + "author|\\b(TO" + "DO|FIX" + "ME|X" + "XX)\\b");
        assertThat(SourceTree.sources().stream().flatMap(text -> text.find(signed)))
                .describedAs("git knows who wrote it, and the list of issues what is missing")
                .isEmpty();
    }
}
