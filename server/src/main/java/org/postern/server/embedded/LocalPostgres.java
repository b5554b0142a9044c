package org.postern.server.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real PostgreSQL of our own under the data folder: the mail database and the key ledger, which
/// nobody but its own role enters.
///
/// It is started as `pg_ctl` does, in a session of its own, so that Ctrl-C in the terminal reaches
/// Postern alone, which then stops things in order. The price is that it outlives a killed Postern;
/// the next start finds and stops it first.
public final class LocalPostgres implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalPostgres.class);

    /// Replaying the log of a killed server is part of this; an ordinary start takes a tenth of a
    /// second.
    private static final Duration START_LIMIT = Duration.ofMinutes(2);

    private static final Duration FAST_STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration IMMEDIATE_STOP_LIMIT = Duration.ofSeconds(10);
    private static final int START_ATTEMPTS = 3;

    private final Path home;
    private final Path data;
    private final Path logs;
    private final SecureRandom random;
    private final Path programs;
    private final LeftOver processes;

    private int port;
    private String mailPassword = "";
    private String ledgerPassword = "";

    private LocalPostgres(DataFolder folder, SecureRandom random) throws StartRefusedException {
        this.home = folder.postgres();
        this.data = home.resolve("data");
        this.logs = folder.logs();
        this.random = random;
        this.programs = new ServerPrograms(folder.bin(), Platform.current()).postgres();
        this.processes = new LeftOver(data, "postgres", data.resolve("postmaster.pid"));
    }

    /// Starts PostgreSQL on `folder`, which the caller holds; makes the databases the first time.
    /// Returning means that it runs with the settings that our promises need.
    public static LocalPostgres start(DataFolder folder, SecureRandom random)
            throws StartRefusedException {
        long begin = System.nanoTime();
        var postgres = new LocalPostgres(folder, random);
        try {
            postgres.start();
        } catch (IOException e) {
            throw new StartRefusedException(
                    "PostgreSQL cannot be started on "
                            + postgres.home
                            + ". Is the disk full or the folder not writable?",
                    e);
        }
        log.info(
                "PostgreSQL is ready: port={} milliseconds={}",
                postgres.port,
                (System.nanoTime() - begin) / 1_000_000);
        return postgres;
    }

    private void start() throws IOException, StartRefusedException {
        stopLeftOver();
        String superuserPassword = initialised();
        tighten();
        launch();
        try {
            prepare(superuserPassword);
        } catch (SQLException e) {
            close();
            throw new StartRefusedException(
                    "PostgreSQL started but does not answer as it should (SQL state "
                            + e.getSQLState()
                            + "). Its log is in "
                            + logs
                            + ".",
                    e);
        } catch (StartRefusedException e) {
            close();
            throw e;
        }
    }

    private void stopLeftOver() throws IOException, StartRefusedException {
        if (!processes.all().isEmpty()) {
            log.info("stopping a PostgreSQL that an earlier Postern left behind");
            stopServer();
        }
        // A crash leaves the pid file, and PostgreSQL believes it if any process has that number
        // now. Where we can see that
        // no process works in the folder, the file is stale; elsewhere PostgreSQL is left to judge.
        if (processes.canTellStale()) {
            Files.deleteIfExists(data.resolve("postmaster.pid"));
        }
        try (Stream<Path> entries = Files.list(home)) {
            for (Path entry : entries.toList()) {
                if (entry.getFileName().toString().startsWith("incomplete-")) {
                    Folders.delete(entry);
                }
            }
        }
    }

    /// Makes the cluster unless it is there: `data` appears by a rename once everything in it is on
    /// disk.
    ///
    /// @return the superuser's password
    private String initialised() throws IOException, StartRefusedException {
        Path passwordFile = home.resolve("superuser.password");
        if (Files.isDirectory(data)) {
            if (!Files.exists(passwordFile)) {
                throw new StartRefusedException(
                        passwordFile
                                + " is missing, so the database in "
                                + data
                                + " cannot be opened. Restore the file from a backup.");
            }
            requireSameMajorVersion();
            return SecretFile.readOrCreate(passwordFile, random);
        }
        String password = SecretFile.readOrCreate(passwordFile, random);
        Path incomplete = Files.createTempDirectory(home, "incomplete-");
        Path initLog = logs.resolve("postgres-initdb.log");
        int status =
                Program.run(
                        command(
                                "initdb",
                                "--pgdata=" + incomplete,
                                "--username=" + PostgresSettings.SUPERUSER,
                                "--pwfile=" + passwordFile,
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale=C",
                                "--locale-provider=builtin",
                                "--builtin-locale=C.UTF-8"),
                        initLog,
                        START_LIMIT);
        if (status != 0) {
            throw new StartRefusedException(initFailure(initLog));
        }
        Files.move(incomplete, data, StandardCopyOption.ATOMIC_MOVE);
        SecretFile.forceFolder(home);
        return password;
    }

    private static String initFailure(Path initLog) {
        String said = Program.lastLine(initLog);
        if (runsAsRoot() && said.startsWith("unshare")) {
            return "PostgreSQL does not run as root, and this machine does not let us leave root"
                    + " behind (user namespaces are off). Start Postern as an ordinary user.";
        }
        return "PostgreSQL could not make its database: "
                + said
                + " (all of it is in "
                + initLog
                + ").";
    }

    private void requireSameMajorVersion() throws IOException, StartRefusedException {
        String ofData = Files.readString(data.resolve("PG_VERSION"), US_ASCII).strip();
        Path versionLog = logs.resolve("postgres-version.log");
        Program.run(command("postgres", "--version"), versionLog, START_LIMIT);
        // "postgres (PostgreSQL) 18.6"
        String said = Program.lastLine(versionLog);
        String ofProgram = said.substring(said.lastIndexOf(' ') + 1);
        if (!ofProgram.startsWith(ofData + ".")) {
            throw new StartRefusedException(
                    "the database in "
                            + data
                            + " was made by PostgreSQL "
                            + ofData
                            + ", and this Postern has "
                            + ofProgram
                            + ". Use the Postern that made it to dump it first.");
        }
    }

    /// PostgreSQL refuses a folder that its group may write, and Kubernetes' `fsGroup` makes it
    /// just that at every mount.
    private void tighten() throws IOException {
        Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
    }

    private void launch() throws IOException, StartRefusedException {
        Path portFile = home.resolve("port");
        port = FreePort.remembered(portFile);
        Path startLog = logs.resolve("postgres-start.log");
        for (int attempt = 1; ; attempt++) {
            SecretFile.write(
                    data.resolve("postgresql.conf"), PostgresSettings.configuration(port, logs));
            SecretFile.write(data.resolve("pg_hba.conf"), PostgresSettings.admission());
            int status = Program.run(startCommand(), startLog, START_LIMIT.plusSeconds(10));
            if (status == 0) {
                return;
            }
            // Either somebody was quicker with the port, or a start that was itself killed half-way
            // has just come up.
            if (attempt == START_ATTEMPTS) {
                throw new StartRefusedException(
                        "PostgreSQL does not start: "
                                + Program.lastLine(serverStartLog())
                                + " (its log is in "
                                + logs
                                + ").");
            }
            stopLeftOver();
            port = FreePort.chosen(portFile);
        }
    }

    private Path serverStartLog() {
        return logs.resolve("postgres-server.log");
    }

    private List<String> startCommand() throws IOException {
        // what the server says before its own log is open; kept from one start only
        Files.deleteIfExists(serverStartLog());
        return command(
                "pg_ctl",
                "start",
                "--pgdata=" + data,
                "--log=" + serverStartLog(),
                "--wait",
                "--silent",
                "--timeout=" + START_LIMIT.toSeconds());
    }

    private void prepare(String superuserPassword)
            throws IOException, SQLException, StartRefusedException {
        mailPassword = SecretFile.readOrCreate(home.resolve("mail.password"), random);
        ledgerPassword = SecretFile.readOrCreate(home.resolve("ledger.password"), random);
        var superuser =
                new DatabaseAccess(url("postgres"), PostgresSettings.SUPERUSER, superuserPassword);
        try (Connection connection = connect(superuser)) {
            requirePromisedSettings(connection);
            provide(
                    connection,
                    PostgresSettings.MAIL_DATABASE,
                    PostgresSettings.MAIL_ROLE,
                    mailPassword);
            provide(
                    connection,
                    PostgresSettings.LEDGER_DATABASE,
                    PostgresSettings.LEDGER_ROLE,
                    ledgerPassword);
            for (String guest : PostgresSettings.MAIL_GUESTS) {
                admit(connection, guest);
            }
        }
    }

    private static void requirePromisedSettings(Connection connection)
            throws SQLException, StartRefusedException {
        for (Map.Entry<String, String> setting : PostgresSettings.promised().entrySet()) {
            try (Statement statement = connection.createStatement();
                    ResultSet shown = statement.executeQuery("SHOW " + setting.getKey())) {
                shown.next();
                String value = shown.getString(1);
                if (!setting.getValue().equals(value)) {
                    throw new StartRefusedException(
                            "PostgreSQL runs with "
                                    + setting.getKey()
                                    + "="
                                    + value
                                    + " where Postern needs "
                                    + setting.getValue()
                                    + ".");
                }
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet weak =
                        statement.executeQuery(
                                "SELECT 1 FROM pg_hba_file_rules WHERE auth_method <>"
                                        + " 'scram-sha-256' OR error IS NOT NULL")) {
            if (weak.next()) {
                throw new StartRefusedException(
                        "PostgreSQL runs with an admission rule that needs no password.");
            }
        }
    }

    /// Every start repeats this: it changes nothing when all is there, and gives a role the
    /// password of its file again.
    private static void provide(
            Connection connection, String database, String role, String password)
            throws SQLException {
        login(connection, role, password);
        try (Statement statement = connection.createStatement()) {
            if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", database)) {
                statement.execute("CREATE DATABASE " + database + " OWNER " + role);
            }
            for (String closed : List.of(database, "postgres", "template1")) {
                statement.execute("REVOKE ALL ON DATABASE " + closed + " FROM PUBLIC");
            }
        }
    }

    /// Lets a role of its own into the mail database, for processes that have one role of ours. Its
    /// password lies beside the others.
    private void admit(Connection connection, String role) throws IOException, SQLException {
        if (!role.equals(PostgresSettings.LEDGER_ROLE)) {
            login(connection, role, SecretFile.readOrCreate(home.resolve(fileName(role)), random));
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute(
                    "GRANT CONNECT ON DATABASE " + PostgresSettings.MAIL_DATABASE + " TO " + role);
        }
    }

    private static String fileName(String role) {
        return role.substring("postern_".length()) + ".password";
    }

    private static void login(Connection connection, String role, String password)
            throws SQLException {
        try (Statement statement = connection.createStatement()) {
            if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", role)) {
                statement.execute("CREATE ROLE " + role + " LOGIN");
            }
            // the password has only letters, digits, - and _ (SecretFile)
            statement.execute("ALTER ROLE " + role + " PASSWORD '" + password + "'");
        }
    }

    private static boolean exists(Connection connection, String query, String name)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet found = statement.executeQuery()) {
                return found.next();
            }
        }
    }

    /// By the driver on our own class path: `DriverManager` would ask the class loader of whichever
    /// thread comes first.
    private static Connection connect(DatabaseAccess access) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", access.user());
        properties.setProperty("password", access.password());
        properties.setProperty("loginTimeout", "10");
        for (Driver driver :
                ServiceLoader.load(Driver.class, LocalPostgres.class.getClassLoader())) {
            Connection connection = driver.connect(access.url(), properties);
            if (connection != null) {
                return connection;
            }
        }
        throw new IllegalStateException("no PostgreSQL driver on the class path");
    }

    /// Loopback carries no TLS and no Kerberos; saying so spares two round trips per connection.
    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:"
                + port
                + "/"
                + database
                + "?sslmode=disable&gssEncMode=disable";
    }

    /// The way to the mail database.
    public DatabaseAccess mail() {
        return new DatabaseAccess(
                url(PostgresSettings.MAIL_DATABASE), PostgresSettings.MAIL_ROLE, mailPassword);
    }

    /// The way to the mail database of a process that has the role keys alone: it records there,
    /// and reads nobody's messages.
    public DatabaseAccess mailForKeys() {
        return new DatabaseAccess(
                url(PostgresSettings.MAIL_DATABASE), PostgresSettings.LEDGER_ROLE, ledgerPassword);
    }

    /// The way to the key ledger.
    public DatabaseAccess ledger() {
        return new DatabaseAccess(
                url(PostgresSettings.LEDGER_DATABASE),
                PostgresSettings.LEDGER_ROLE,
                ledgerPassword);
    }

    public int port() {
        return port;
    }

    /// The server's process while it runs.
    public Optional<ProcessHandle> process() {
        return processes.server();
    }

    private void stopServer() throws IOException, StartRefusedException {
        Path stopLog = logs.resolve("postgres-stop.log");
        if (processes.server().isPresent()
                && stop("fast", FAST_STOP_LIMIT, stopLog) != 0
                && processes.server().isPresent()) {
            log.warn("PostgreSQL did not stop in time; it is stopped at once and will recover");
            stop("immediate", IMMEDIATE_STOP_LIMIT, stopLog);
        }
        processes.awaitEnd(IMMEDIATE_STOP_LIMIT);
    }

    private int stop(String mode, Duration limit, Path stopLog)
            throws IOException, StartRefusedException {
        return Program.run(
                command(
                        "pg_ctl",
                        "stop",
                        "--pgdata=" + data,
                        "--mode=" + mode,
                        "--wait",
                        "--silent",
                        "--timeout=" + limit.toSeconds()),
                stopLog,
                limit.plusSeconds(10));
    }

    /// Stops PostgreSQL: connections are cut, everything committed is on disk. Takes 40 seconds at
    /// the very most.
    @Override
    public void close() {
        try {
            stopServer();
        } catch (IOException | StartRefusedException e) {
            log.error("PostgreSQL was not stopped: {}", e.getMessage());
        }
    }

    /// PostgreSQL refuses to run as root. In a user namespace of its own the same process is nobody
    /// there, and its files still belong to root outside.
    private List<String> command(String program, String... arguments) {
        var command = new ArrayList<String>();
        if (runsAsRoot()) {
            command.add("unshare");
            command.add("-U");
        }
        command.add(programs.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private static boolean runsAsRoot() {
        return System.getProperty("user.name", "").equals("root");
    }
}
