package org.postern.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalPostgresTest {

    /// Shared by the tests, which leave a cluster that starts: making one is most of a first start.
    @TempDir static Path shared;

    @TempDir Path temporary;

    private final SecureRandom random = new SecureRandom();
    private DataFolder folder;

    @BeforeEach
    void takeFolder() throws Exception {
        folder = SharedPrograms.open(shared);
    }

    @AfterEach
    void giveFolderBack() throws Exception {
        folder.close();
        Files.delete(folder.root().resolve("bin"));
    }

    @Test
    void itRunsForKeepsAndForThisMachineAlone() throws Exception {
        try (var postgres = LocalPostgres.start(folder, random)) {
            assertThat(List.of("fsync", "synchronous_commit", "full_page_writes"))
                    .allSatisfy(name ->
                            assertThat(ask(postgres.mail(), "SHOW " + name)).isEqualTo("on"));
            assertThat(ask(postgres.mail(), "SHOW listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(ask(postgres.mail(), "SHOW server_version")).startsWith("18.");
            assertThat(ask(postgres.mail(), "SHOW server_encoding")).isEqualTo("UTF8");
        }
    }

    @Test
    void aRoleEntersItsOwnDatabaseOnlyAndOnlyWithItsPassword() throws Exception {
        try (var postgres = LocalPostgres.start(folder, random)) {
            DatabaseAccess mail = postgres.mail();
            DatabaseAccess ledger = postgres.ledger();
            assertThat(ask(mail, "SELECT current_user || '@' || current_database()"))
                    .isEqualTo("postern_mail@postern");
            assertThat(ask(ledger, "SELECT current_user || '@' || current_database()"))
                    .isEqualTo("postern_keys@postern_keys");
            assertThat(mail.password()).isNotEqualTo(ledger.password());

            assertRefused(new DatabaseAccess(ledger.url(), mail.user(), mail.password()));
            assertRefused(new DatabaseAccess(mail.url(), mail.user(), "guessed"));
            assertRefused(
                    new DatabaseAccess(
                            mail.url().replace("/postern?", "/postgres?"),
                            mail.user(),
                            mail.password()));
            // not only by pg_hba.conf: the database's own rights say the same
            assertThat(
                            ask(
                                    mail,
                                    "SELECT has_database_privilege('postern_mail', 'postern_keys',"
                                            + " 'CONNECT')"))
                    .isEqualTo("f");
            assertThat(
                            ask(
                                    mail,
                                    "SELECT string_agg(rolname || ' ' ||"
                                            + " has_database_privilege(rolname, 'postern_keys',"
                                            + " 'CONNECT'), ', ' ORDER BY rolname) FROM pg_roles"
                                            + " WHERE rolname LIKE 'postern%'"))
                    .as("who may enter the ledger")
                    .isEqualTo(
                            "postern_intake false, postern_keys true, postern_mail false,"
                                    + " postern_portal false");
            assertThat(
                            ask(
                                    postgres.mailForKeys(),
                                    "SELECT current_user || '@' || current_database()"))
                    .isEqualTo("postern_keys@postern");
            assertThat(mail.toString()).doesNotContain(mail.password());
        }
    }

    @Test
    void aRoleMakesItsOwnTables() throws Exception {
        try (var postgres = LocalPostgres.start(folder, random)) {
            ChildPostern.Main.execute(postgres.mail(), "CREATE TABLE own (word text)");
            ChildPostern.Main.execute(postgres.ledger(), "CREATE TABLE own (word text)");
            assertThat(
                            ask(
                                    postgres.mail(),
                                    "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
        }
    }

    @Test
    void passwordsAreForTheirOwnerAlone() throws Exception {
        try (var postgres = LocalPostgres.start(folder, random);
                Stream<Path> files = Files.list(folder.postgres())) {
            assertThat(files.filter(file -> file.toString().endsWith(".password")))
                    .hasSize(5)
                    .allSatisfy(file ->
                            assertThat(
                                            PosixFilePermissions.toString(
                                                    Files.getPosixFilePermissions(file)))
                                    .isEqualTo("rw-------"));
            assertThat(
                            postgres.process()
                                    .flatMap(process -> process.info().commandLine())
                                    .orElse(""))
                    .contains("postgres")
                    .doesNotContain(postgres.mail().password());
        }
    }

    @Test
    void everythingIsThereAtTheNextStartOnTheSamePort() throws Exception {
        int port;
        try (var postgres = LocalPostgres.start(folder, random)) {
            port = postgres.port();
            ChildPostern.Main.execute(
                    postgres.mail(),
                    "CREATE TABLE stayed (word text)",
                    "INSERT INTO stayed VALUES ('x')");
        }
        assertThat(processes()).isEmpty();
        try (var postgres = LocalPostgres.start(folder, random)) {
            assertThat(postgres.port()).isEqualTo(port);
            assertThat(ask(postgres.mail(), "SELECT word FROM stayed")).isEqualTo("x");
        }
    }

    @Test
    void aRememberedPortThatIsTakenIsReplaced() throws Exception {
        int port;
        try (var postgres = LocalPostgres.start(folder, random)) {
            port = postgres.port();
        }
        try (var other = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
                var postgres = LocalPostgres.start(folder, random)) {
            assertThat(postgres.port()).isNotEqualTo(other.getLocalPort());
            assertThat(ask(postgres.mail(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aServerLeftBehindByAKilledPosternIsStoppedAndItsDataKept() throws Exception {
        folder.close();
        ProcessHandle leftBehind;
        try (var child = ChildPostern.withServers(shared)) {
            leftBehind = postmasters().getFirst();
            child.kill();
        }
        assertThat(leftBehind.isAlive()).isTrue();

        folder = SharedPrograms.open(shared);
        try (var postgres = LocalPostgres.start(folder, random)) {
            assertThat(ask(postgres.mail(), "SELECT word FROM kept")).isEqualTo("mail");
            assertThat(postmasters()).hasSize(1).doesNotContain(leftBehind);
        } finally {
            // the other server of the killed Postern is not to stay either
            LocalRedis.start(folder, random).close();
        }
        assertThat(processes()).isEmpty();
    }

    @Test
    void aKilledServerRecoversWhatItPromised() throws Exception {
        try (var postgres = LocalPostgres.start(folder, random)) {
            ChildPostern.Main.execute(
                    postgres.mail(),
                    "CREATE TABLE recovered (word text)",
                    "INSERT INTO recovered VALUES ('x')");
            postgres.process().orElseThrow().destroyForcibly();
        }
        try (var postgres = LocalPostgres.start(folder, random)) {
            assertThat(ask(postgres.mail(), "SELECT word FROM recovered")).isEqualTo("x");
        }
    }

    @Test
    void aPidFileThatNowNamesAnotherProgramStopsNobody() throws Exception {
        LocalPostgres.start(folder, random).close();
        // as after a container was restarted: the number is in use again, by us
        Files.writeString(
                folder.postgres().resolve("data").resolve("postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + folder.postgres().resolve("data") + "\n");

        try (var postgres = LocalPostgres.start(folder, random)) {
            assertThat(ask(postgres.mail(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aFolderThatItsGroupMayWriteIsClosedBeforeTheStart() throws Exception {
        LocalPostgres.start(folder, random).close();
        Files.setPosixFilePermissions(
                folder.postgres().resolve("data"), PosixFilePermissions.fromString("rwxrwx---"));

        try (var postgres = LocalPostgres.start(folder, random)) {
            assertThat(ask(postgres.mail(), "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void anInterruptedFirstStartIsBegunAgain() throws Exception {
        try (var fresh = SharedPrograms.open(temporary)) {
            Path half = Files.createDirectory(fresh.postgres().resolve("incomplete-123"));
            Files.writeString(half.resolve("PG_VERSION"), "18\n");

            try (var postgres = LocalPostgres.start(fresh, random)) {
                assertThat(ask(postgres.mail(), "SELECT 1")).isEqualTo("1");
            }
            assertThat(half).doesNotExist();
            Files.delete(fresh.root().resolve("bin"));
        }
    }

    @Test
    void aDatabaseOfAnotherVersionIsSaidInOneSentence() throws Exception {
        LocalPostgres.start(folder, random).close();
        Path version = folder.postgres().resolve("data").resolve("PG_VERSION");
        Files.writeString(version, "17\n");
        try {
            assertThatThrownBy(() -> LocalPostgres.start(folder, random))
                    .isInstanceOf(StartRefusedException.class)
                    .hasMessageContaining("was made by PostgreSQL 17, and this Postern has 18.");
        } finally {
            Files.writeString(version, "18\n");
        }
    }

    @Test
    void itsLogHoldsNoStatementNoValueAndNoError() throws Exception {
        try (var postgres = LocalPostgres.start(folder, random)) {
            try (Connection connection = connect(postgres.mail());
                    Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE unique_word (word text PRIMARY KEY)");
                statement.execute("INSERT INTO unique_word VALUES ('canary@example.org')");
                assertThatThrownBy(() ->
                                statement.execute(
                                        "INSERT INTO unique_word VALUES ('canary@example.org')"))
                        .isInstanceOf(SQLException.class);
                assertThatThrownBy(() -> statement.execute("SELECT 'canary@example.org'::int"))
                        .isInstanceOf(SQLException.class);
                assertThatThrownBy(
                                () -> statement.execute("ALTER SYSTEM SET log_statement = 'all'"))
                        .isInstanceOf(SQLException.class);
            }
        }
        try (Stream<Path> logs = Files.list(folder.logs())) {
            List<String> texts =
                    logs.map(
                                    file -> {
                                        try {
                                            return Files.readString(
                                                    file, StandardCharsets.ISO_8859_1);
                                        } catch (IOException e) {
                                            throw new UncheckedIOException(e);
                                        }
                                    })
                            .toList();
            assertThat(texts).anyMatch(text -> text.contains("ready to accept connections"));
            assertThat(texts).noneMatch(text -> text.contains("canary"));
        }
    }

    private List<ProcessHandle> processes() {
        Path data = folder.postgres().resolve("data");
        return new LeftOver(data, "postgres", data.resolve("postmaster.pid")).all();
    }

    private List<ProcessHandle> postmasters() {
        List<ProcessHandle> all = processes();
        return all.stream()
                .filter(process -> process.parent().filter(all::contains).isEmpty())
                .toList();
    }

    private static void assertRefused(DatabaseAccess access) {
        assertThatThrownBy(() -> connect(access).close()).isInstanceOf(SQLException.class);
    }

    private static Connection connect(DatabaseAccess access) throws SQLException {
        return DriverManager.getConnection(access.url(), access.user(), access.password());
    }

    private static String ask(DatabaseAccess access, String query) throws SQLException {
        try (Connection connection = connect(access);
                Statement statement = connection.createStatement();
                ResultSet answer = statement.executeQuery(query)) {
            answer.next();
            return String.valueOf(answer.getString(1));
        }
    }
}
