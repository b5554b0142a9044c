package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// An administrator sets up a connector in a cloud that others share.
class SharedCloudJourney {

    private static final String CLOUD = "--certificate-name=mail.cloud.example,*.cloud.example";
    private static final String RANGES = "--ranges=192.0.2.0/24";

    @TempDir Path folder;

    @Test
    void whatWouldLetOthersInIsRefusedAndTheRestIsMade() throws Exception {
        Path data = folder.resolve("postern");
        try (PosternProcess postern = PosternProcess.start(data, PosternProcess.Ports.free())) {
            assertThat(add(data, RANGES, CLOUD, "--secret-header")).isZero();
            assertThat(add(data, RANGES, CLOUD, "--aligned-dkim")).isZero();
            assertThat(add(data, RANGES, CLOUD, "--secret-header", "--next-hop=mx.example:25"))
                    .isZero();
            assertThat(add(data, RANGES, CLOUD, "--aligned-dkim", "--next-hop=mx.example:25"))
                    .isZero();

            assertThat(add(data, RANGES, CLOUD)).isNotZero();
            assertThat(add(data, CLOUD, "--secret-header", "--password")).isNotZero();
            assertThat(add(data, RANGES, "--secret-header")).isNotZero();
            assertThat(add(data, RANGES, CLOUD, "--secret-header", "--envelope-sender-only"))
                    .isNotZero();
            assertThat(add(data, RANGES, "--certificate-name=a b", "--secret-header")).isNotZero();
            assertThat(run(data, "connector", "rotate-secret", "no-id")).isNotZero();
            assertThat(
                            run(
                                    data,
                                    "connector",
                                    "rotate-secret",
                                    "00000000-0000-7000-8000-000000000001"))
                    .isNotZero();

            assertThat(run(data, "tenant", "mail", "--tags=[encrypt]", "--line-ends=normalize"))
                    .isZero();
            assertThat(run(data, "tenant", "mail", "--brackets=round")).isNotZero();
            try (SmtpSession smtp = SmtpSession.open(postern)) {
                String content =
                        "From: nurse@example.com\r\nSubject: [encrypt] Results\n\nText.\r\n";
                assertThat(
                                smtp.send(
                                        "nurse@example.com",
                                        List.of("patient@example.org"),
                                        content.getBytes(UTF_8)))
                        .startsWith("250");
            }
        }
    }

    private static int add(Path data, String... options) {
        List<String> words = new ArrayList<>(List.of("connector", "add", "--name=Cloud"));
        words.addAll(List.of(options));
        return run(data, words.toArray(String[]::new));
    }

    private static int run(Path data, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--data=" + data);
        return Postern.run(Steps.UNWATCHED, all.toArray(String[]::new));
    }
}
