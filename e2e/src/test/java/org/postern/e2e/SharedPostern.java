package org.postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/// One Postern and one browser for all journeys that ask for it, since starting them takes longer
/// than such a journey. They end with the last test.
final class SharedPostern implements AutoCloseable {

    private final Path folder = Files.createTempDirectory("postern-shared");
    private final Browser browser = new Browser();
    private PosternProcess process =
            PosternProcess.start(folder.resolve("postern"), PosternProcess.Ports.free());

    private SharedPostern() throws Exception {}

    /// Gives it to whoever has a parameter for it.
    static final class Resolver implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == SharedPostern.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return context.getRoot()
                    .getStore(ExtensionContext.Namespace.create(SharedPostern.class))
                    .computeIfAbsent(SharedPostern.class, type -> started());
        }

        private static SharedPostern started() {
            try {
                return new SharedPostern();
            } catch (Exception e) {
                throw new IllegalStateException("no Postern to share", e);
            }
        }
    }

    PosternProcess process() {
        return process;
    }

    Browser browser() {
        return browser;
    }

    /// Starts it again if it was stopped.
    void startAgain() throws Exception {
        if (!process.isAlive()) {
            process = PosternProcess.start(process.data(), process.ports());
        }
    }

    @Override
    public void close() throws IOException {
        browser.close();
        process.close();
        try {
            Command.run(List.of("rm", "-r", folder.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
