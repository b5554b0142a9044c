package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Debian's `testssl.sh` against both ports of the SMTP door, which shows an ECDSA and an RSA
/// certificate side by side. It finds nothing of severity LOW or worse but what is explained here.
@Tag("testssl")
class TestsslJourney {

    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final String HOST = "mx.example.net";
    private static final Set<String> NO_FINDING = Set.of("OK", "INFO", "DEBUG");

    /// What may be found, and why.
    private static final Map<String, String> EXPLAINED =
            Map.of(
                    "cert_revocation", "the test's authority publishes neither CRL nor OCSP",
                    "OCSP_stapling", "there is no OCSP of the test's authority to staple",
                    "DNS_CAArecord", "a name of documentation has no records",
                    "engine_problem", "Debian's OpenSSL has no GOST suites to try, nor have we",
                    "sessionresumption_ticket", "it cannot make this check behind STARTTLS",
                    "sessionresumption_ID", "it cannot make this check behind STARTTLS");

    @TempDir static Path folder;
    private static TestAuthority authority;
    private static PosternProcess postern;

    @BeforeAll
    static void start() throws Exception {
        authority = new TestAuthority(folder.resolve("certificates"));
        TestAuthority.Issued ec = authority.issueEc("ec", HOST, 365);
        TestAuthority.Issued rsa = authority.issueRsa("rsa", HOST, 365);
        postern =
                PosternProcess.start(
                        folder.resolve("postern"),
                        PosternProcess.Ports.free(),
                        "--smtp-host",
                        HOST,
                        "--tls-certificate",
                        ec.certificate() + "," + rsa.certificate(),
                        "--tls-key",
                        ec.key() + "," + rsa.key());
    }

    @AfterAll
    static void stop() {
        if (postern != null) {
            postern.close();
        }
    }

    @Test
    void nothingIsFoundOnThePortForStartTls() throws Exception {
        assertThat(findings(postern.ports().smtp(), "--starttls", "smtp")).isEmpty();
    }

    @Test
    void nothingIsFoundOnThePortForTlsFromTheFirstByte() throws Exception {
        assertThat(findings(postern.ports().smtps())).isEmpty();
    }

    /// A folder with a program that asks name servers: testssl.sh does not start without one,
    /// though it asks nothing here.
    private static Path nameServerClient() throws Exception {
        Path busybox = DebianPackages.unpacked("busybox").resolve("bin/busybox");
        Path programs = Files.createTempDirectory(folder, "programs");
        Files.createSymbolicLink(programs.resolve("nslookup"), busybox.toAbsolutePath());
        return programs;
    }

    private static List<String> findings(int port, String... more) throws Exception {
        Path files = DebianPackages.unpacked("testssl.sh");
        Path report = Files.createTempFile(folder, "testssl", ".json");
        Files.delete(report); // it writes no report over another
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "env",
                                "PATH=" + nameServerClient() + ":" + System.getenv("PATH"),
                                "TESTSSL_INSTALL_DIR=" + files.resolve("etc/testssl"),
                                files.resolve("usr/bin/testssl").toString(),
                                "--quiet",
                                "--color",
                                "0",
                                "--warnings",
                                "batch",
                                "--nodns",
                                "none",
                                "--ip",
                                "127.0.0.1",
                                "--add-ca",
                                authority.certificate().toString(),
                                "--jsonfile",
                                report.toString()));
        command.addAll(List.of(more));
        command.add(HOST + ":" + port);
        Command testssl = Command.tried(command, LIMIT);
        Files.writeString(
                Files.createDirectories(Path.of("target", "testssl")).resolve(port + ".txt"),
                testssl.output());
        return findings(report, testssl);
    }

    private static List<String> findings(Path report, Command testssl) throws IOException {
        JsonNode all = JsonMapper.shared().readTree(Files.readAllBytes(report));
        assertThat(all.size()).as(testssl.output()).isGreaterThan(100);
        List<String> findings = new ArrayList<>();
        for (JsonNode each : all) {
            String severity = each.path("severity").asString();
            String id = each.path("id").asString().replaceFirst(" <.*", "");
            if (!NO_FINDING.contains(severity) && !EXPLAINED.containsKey(id)) {
                findings.add(severity + " " + id + ": " + each.path("finding").asString());
            }
        }
        return findings;
    }
}
