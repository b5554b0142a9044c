package org.postern.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A whole Postern in a process of its own, as `./postern up` starts it, whose notices go to a
/// relay on loopback.
final class HouseProcess implements Server {

    private static final String READY = "postern is ready";
    private static final Pattern SMTP = Pattern.compile("\"smtpPort\"\\s*:\\s*(\\d+)");

    private final Process process;
    private final Path data;
    private final int port;

    private HouseProcess(Process process, Path data, int port) {
        this.process = process;
        this.data = data;
        this.port = port;
    }

    /// @param jar of the server, as the build makes it
    /// @param relay the relay's port
    static HouseProcess start(Path jar, Path folder, int relay) throws IOException {
        Path data = folder.resolve("house");
        Path log = folder.resolve("house.log");
        Process process =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "java")
                                                .toString(),
                                        "--enable-native-access=ALL-UNNAMED",
                                        "-Xmx1g",
                                        "-jar",
                                        jar.toString(),
                                        "up",
                                        "--data=" + data,
                                        "--smtp-port=0",
                                        "--smtps-port=0",
                                        "--http-port=" + PostfixProcess.freePort(),
                                        "--management-port=" + PostfixProcess.freePort(),
                                        "--relay=127.0.0.1:" + relay,
                                        // the limit of one domain is not what is measured
                                        "--destination-per-minute=999999"))
                        .redirectError(log.toFile())
                        .start();
        BufferedReader said = process.inputReader(StandardCharsets.UTF_8);
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            if (line.contains(READY)) {
                Thread.ofVirtual().name("house-output").start(() -> drain(said));
                return new HouseProcess(process, data, smtpPort(data));
            }
        }
        throw new IOException("Postern did not start; see " + log);
    }

    private static int smtpPort(Path data) throws IOException {
        String ports = Files.readString(data.resolve("run").resolve("ports.json"));
        Matcher smtp = SMTP.matcher(ports);
        if (!smtp.find()) {
            throw new IOException("no SMTP port in " + ports);
        }
        return Integer.parseInt(smtp.group(1));
    }

    /// Else it would stand still when the pipe is full.
    private static void drain(BufferedReader said) {
        try {
            said.transferTo(Writer.nullWriter());
        } catch (IOException closed) {
            // with the process
        }
    }

    Path certificate() {
        return data.resolve("tls").resolve("certificate.pem");
    }

    @Override
    public String name() {
        return "Postern";
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit().orTimeout(60, TimeUnit.SECONDS).exceptionally(_ -> process).join();
        process.destroyForcibly();
    }
}
