package org.postern.server.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Server programs unpacked once for all tests of a build, since that is most of a first start.
final class SharedPrograms {

    private SharedPrograms() {}

    /// A data folder whose `bin` leads to the shared one.
    static DataFolder open(Path root) throws IOException, StartRefusedException {
        Path shared = Files.createDirectories(Path.of("target", "server-programs"));
        if (!Files.exists(root.resolve("bin"))) {
            Files.createSymbolicLink(root.resolve("bin"), shared.toAbsolutePath());
        }
        return DataFolder.open(root);
    }
}
