package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The alert rules that come with Postern: they speak of what it says of itself, and fire when they
/// should.
class AlertsJourney {

    private static final Path RULES = Path.of("..", "monitoring").toAbsolutePath().normalize();
    private static final Pattern EXPRESSION = Pattern.compile("(?m)^ +expr: (.*)$");
    private static final Pattern METRIC = Pattern.compile("\\b[a-z]+(?:_[a-z]+)+\\b(?=[^(])");
    private static final Pattern LABELS = Pattern.compile("\\{[^}]*}");
    private static final Pattern GROUPING = Pattern.compile("\\b(?:by|on) \\([^)]*\\)");

    @TempDir Path folder;

    @Test
    void everyRuleSpeaksOfMetricsThatPosternExposes() throws Exception {
        Set<String> named = new TreeSet<>();
        for (String expression : expressions()) {
            String bare =
                    GROUPING.matcher(LABELS.matcher(expression).replaceAll(" ")).replaceAll(" ");
            METRIC.matcher(bare + " ").results().map(MatchResult::group).forEach(named::add);
        }
        assertThat(named).hasSizeGreaterThan(10);

        try (HttpClient http = HttpClient.newHttpClient();
                PosternProcess postern =
                        PosternProcess.start(
                                folder.resolve("postern"),
                                PosternProcess.Ports.free(),
                                "--relay",
                                "localhost:9",
                                "--relay",
                                "127.0.0.1:9")) {
            await().atMost(Duration.ofSeconds(60))
                    .untilAsserted(() -> assertThat(exposed(http, postern)).containsAll(named));
        }
    }

    @Test
    void theRulesFireWhenTheyShouldAndNotOtherwise() throws Exception {
        Path files = DebianPackages.unpacked("prometheus");

        Command test =
                Command.tried(
                        List.of(
                                files.resolve("usr/bin/promtool").toString(),
                                "test",
                                "rules",
                                RULES.resolve("alerts_test.yml").toString()));

        assertThat(test.output()).contains("SUCCESS");
        assertThat(test.status()).describedAs(test.output()).isZero();
    }

    @Test
    void everyRuleIsTested() throws IOException {
        String tests = Files.readString(RULES.resolve("alerts_test.yml"));
        assertThat(
                        Pattern.compile("- alert: (\\w+)")
                                .matcher(Files.readString(RULES.resolve("alerts.yml")))
                                .results()
                                .map(rule -> rule.group(1)))
                .hasSizeGreaterThan(10)
                .allMatch(rule ->
                        tests.lines()
                                .anyMatch(line ->
                                        line.contains('"' + rule + '"')
                                                && line.contains("value: 1")));
    }

    private static List<String> expressions() throws IOException {
        return EXPRESSION
                .matcher(Files.readString(RULES.resolve("alerts.yml")))
                .results()
                .map(expression -> expression.group(1))
                .toList();
    }

    private static Set<String> exposed(HttpClient http, PosternProcess postern)
            throws IOException, InterruptedException {
        HttpResponse<String> answer =
                http.send(
                        HttpRequest.newBuilder(
                                        URI.create(
                                                "http://localhost:"
                                                        + postern.ports().management()
                                                        + "/prometheus"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        return answer.body()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line.split("[ {]", 2)[0])
                .collect(Collectors.toSet());
    }
}
