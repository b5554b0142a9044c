package org.postern.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// Every role in a process of its own, which asks the one with the keys over HTTPS.
class RolesJourney {

    @TempDir Path folder;

    @Test
    @Timeout(value = 10, unit = TimeUnit.MINUTES) // four processes start
    void mailGoesThroughFourProcessesThatHaveOneRoleEach() throws Exception {
        int[] free = PosternProcess.Ports.several(8);
        try (PosternProcess keys = start("keys", ports(0, free[0]), "--keys-port=" + free[1])) {
            for (String role : List.of("worker", "intake", "portal")) {
                order(keys, "keys", "invite", "--name", role + "-1", "--role", role);
            }
            String[] others = {
                "--blobs=" + Files.createDirectories(folder.resolve("blobs")),
                "--keys-url=https://localhost:" + free[1]
            };
            try (PosternProcess worker = start("worker", ports(free[3], free[2]), keys, others);
                    PosternProcess intake = organised(worker, free, keys, others);
                    PosternProcess portal = start("portal", ports(free[3], free[4]), keys, others);
                    Browser browser = new Browser();
                    BrowserContext context = browser.somebody(false)) {
                send(intake);
                Reader patient = new Reader(portal, worker, "patient@example.org", context);
                patient.followNotice();
                patient.signIn();

                assertThat(patient.page().content()).contains("Read through four processes.");
                holdsItsOwnAlone(intake, portal, worker);
            }
        }
    }

    /// The mail database stands beside the keys here. Each process logs in as what it is: the
    /// worker owns the mail database, the others have a few rights there, and none enters the
    /// ledger.
    private static String database(PosternProcess keys, String role) throws IOException {
        Path postgres = keys.data().resolve("postgres");
        String login = role.equals("worker") ? "mail" : role;
        return "jdbc:postgresql://127.0.0.1:"
                + Files.readString(postgres.resolve("port")).strip()
                + "/postern?sslmode=disable&gssEncMode=disable&user=postern_"
                + login
                + "&password="
                + Files.readString(postgres.resolve(login + ".password")).strip();
    }

    /// Nobody but the process with the keys has a keystore; nobody but the portal has sessions.
    private static void holdsItsOwnAlone(
            PosternProcess intake, PosternProcess portal, PosternProcess worker) {
        for (PosternProcess other : List.of(intake, portal, worker)) {
            assertThat(other.data().resolve("keys/root.keystore")).doesNotExist();
            assertThat(other.data().resolve("keys/callers.p12")).doesNotExist();
            assertThat(other.data().resolve("postgres")).isEmptyDirectory();
        }
        assertThat(intake.data().resolve("redis")).isEmptyDirectory();
        assertThat(worker.data().resolve("spool")).isEmptyDirectory();
    }

    private PosternProcess organised(
            PosternProcess worker, int[] free, PosternProcess keys, String... others)
            throws Exception {
        order(worker, "tenant", "create", "--name", "Clinic", "--host", "localhost");
        order(worker, "tenant", "notices", "--digest", "0");
        order(worker, "domain", "add", "--domain", "example.com");
        order(worker, "connector", "add", "--name", "here", "--ranges", "127.0.0.0/8");
        return start(
                "intake", new PosternProcess.Ports(free[5], free[6], 0, free[7]), keys, others);
    }

    private static void send(PosternProcess intake) throws Exception {
        try (SmtpSession smtp = SmtpSession.open(intake)) {
            assertThat(
                            smtp.send(
                                    "nurse@example.com",
                                    List.of("patient@example.org"),
                                    Mail.withAttachment(
                                            "nurse@example.com",
                                            "patient@example.org",
                                            "[Results]",
                                            "Read through four processes.",
                                            "results.pdf",
                                            "results".getBytes(UTF_8))))
                    .startsWith("250");
        }
    }

    private PosternProcess start(
            String role, PosternProcess.Ports ports, PosternProcess keys, String... more)
            throws Exception {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("--database-url=" + database(keys, role));
        options.add("--keys-identity=" + keys.data().resolve("keys/invited/" + role + "-1.pem"));
        return start(role, ports, options.toArray(String[]::new));
    }

    private PosternProcess start(String role, PosternProcess.Ports ports, String... more)
            throws Exception {
        List<String> options = new ArrayList<>(List.of(more));
        options.add("--roles=" + role);
        return PosternProcess.start(folder.resolve(role), ports, options.toArray(String[]::new));
    }

    private static PosternProcess.Ports ports(int http, int management) {
        return new PosternProcess.Ports(0, 0, http, management);
    }

    private static void order(PosternProcess postern, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--data=" + postern.data());
        assertThat(Postern.run(Steps.UNWATCHED, all.toArray(String[]::new)))
                .as("%s%n%s", String.join(" ", words), String.join("\n", postern.output()))
                .isZero();
    }
}
