package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An administrator changes his mind about who keeps the root key.
class KeyProviderJourney {

    @TempDir Path folder;

    @Test
    void anotherKeyProviderThanTheLedgersIsRefusedAtTheStartAndTheOldOneStillWorks()
            throws Exception {
        PosternProcess.Ports ports = PosternProcess.Ports.free();
        Path data = folder.resolve("keeper");
        Path token = Files.writeString(folder.resolve("token"), "hvs.token");
        try (PosternProcess local = PosternProcess.start(data, ports)) {
            assertThat(local.stop()).isZero();
        }

        try (PosternProcess vault =
                PosternProcess.launch(
                        List.of("org.postern.server.Postern"),
                        data,
                        ports,
                        List.of(),
                        "--relay",
                        "localhost:1",
                        "--key-provider",
                        "vault",
                        "--vault-url",
                        "http://127.0.0.1:1",
                        "--vault-token-file",
                        token.toString(),
                        "--vault-key",
                        "postern-root")) {
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> ProcessHandle.of(vault.pid()).isEmpty());
            assertThat(vault.output())
                    .contains(
                            "postern: the key ledger was wrapped with --key-provider local and does"
                                    + " not open with vault. Start with --key-provider local.");
        }

        try (PosternProcess local = PosternProcess.start(data, ports)) {
            assertThat(local.readyLine()).startsWith("postern is ready");
        }
    }
}
