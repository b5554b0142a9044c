package org.postern.server.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A real Redis of our own under the data folder, for one user with a password and without the
/// commands that an administrator needs. What it is told is on disk within a second (`appendfsync
/// everysec`).
///
/// It is a daemon, in a session of its own, for the same reason as {@link LocalPostgres}.
public final class LocalRedis implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LocalRedis.class);

    private static final String USER = "postern";

    /// Reading a large append-only file is part of this; an ordinary start takes a twentieth of a
    /// second.
    private static final Duration START_LIMIT = Duration.ofMinutes(1);

    private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final int SOCKET_TIMEOUT_MILLIS = 2_000;
    private static final int START_ATTEMPTS = 3;

    private final Path home;
    private final Path logs;
    private final Path program;
    private final LeftOver processes;
    private final SecureRandom random;

    private int port;
    private String password = "";

    private LocalRedis(DataFolder folder, SecureRandom random) throws StartRefusedException {
        this.home = folder.redis();
        this.logs = folder.logs();
        this.random = random;
        this.program = new ServerPrograms(folder.bin(), Platform.current()).redis();
        this.processes = new LeftOver(home, "redis-server", home.resolve("redis.pid"));
    }

    /// Starts Redis on `folder`, which the caller holds. Returning means that it has read its file
    /// and answers.
    public static LocalRedis start(DataFolder folder, SecureRandom random)
            throws StartRefusedException {
        long begin = System.nanoTime();
        var redis = new LocalRedis(folder, random);
        try {
            redis.start();
        } catch (IOException e) {
            throw new StartRefusedException(
                    "Redis cannot be started on "
                            + redis.home
                            + ". Is the disk full or the folder not writable?",
                    e);
        }
        log.info(
                "Redis is ready: port={} milliseconds={}",
                redis.port,
                (System.nanoTime() - begin) / 1_000_000);
        return redis;
    }

    private void start() throws IOException, StartRefusedException {
        password = SecretFile.readOrCreate(home.resolve("password"), random);
        stopServer();
        Path portFile = home.resolve("port");
        port = FreePort.remembered(portFile);
        for (int attempt = 1; ; attempt++) {
            Path configuration = home.resolve("redis.conf");
            SecretFile.write(configuration, configuration());
            int status =
                    Program.run(
                            List.of(program.toString(), configuration.toString()),
                            logs.resolve("redis-start.log"),
                            START_LIMIT);
            if (status == 0 && answers()) {
                return;
            }
            stopServer();
            if (attempt == START_ATTEMPTS) {
                throw new StartRefusedException(
                        "Redis does not start: "
                                + Program.lastLine(logs.resolve("redis-start.log"))
                                + " (its log is in "
                                + logs
                                + ").");
            }
            port = FreePort.chosen(portFile);
        }
    }

    /// The password is in the file as its hash. Commands that change the server, show other clients
    /// or empty it are refused (ACL categories admin and dangerous), but for the few that a client
    /// library asks when it connects.
    private String configuration() {
        return """
        # Written by Postern at every start; changes are lost.
        bind 127.0.0.1
        protected-mode yes
        port %d
        daemonize yes
        pidfile "%s"
        dir "%s"
        logfile "%s"
        loglevel notice
        databases 1
        appendonly yes
        appendfsync everysec
        save ""
        maxmemory 256mb
        maxmemory-policy noeviction
        user default off
        user %s on #%s ~* &* +@all -@admin -@dangerous +info +client|setname +client|setinfo +client|id
        """
                .formatted(
                        port,
                        quoted(home.resolve("redis.pid")),
                        quoted(home),
                        quoted(logs.resolve("redis.log")),
                        USER,
                        sha256(password));
    }

    private static String quoted(Path path) {
        return path.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /// Waits until Redis has read its file. False when it ended, or is somebody else's server on
    /// our port.
    private boolean answers() {
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        boolean seen = false;
        while (System.nanoTime() < deadline) {
            boolean alive = processes.server().isPresent();
            if (seen && !alive) {
                return false;
            }
            seen |= alive;
            if (alive && ping()) {
                return true;
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return false;
    }

    private boolean ping() {
        try (var socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port),
                    SOCKET_TIMEOUT_MILLIS);
            socket.setSoTimeout(SOCKET_TIMEOUT_MILLIS);
            socket.getOutputStream()
                    .write(("AUTH " + USER + " " + password + "\r\nPING\r\n").getBytes(US_ASCII));
            var replies =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            return "+OK".equals(replies.readLine()) && "+PONG".equals(replies.readLine());
        } catch (IOException e) {
            return false;
        }
    }

    public RedisAccess access() {
        return new RedisAccess("127.0.0.1", port, USER, password);
    }

    /// The server's process while it runs.
    public Optional<ProcessHandle> process() {
        return processes.server();
    }

    private void stopServer() throws StartRefusedException {
        // SIGTERM lets Redis force its file before it goes
        processes.all().forEach(ProcessHandle::destroy);
        processes.awaitEnd(STOP_LIMIT);
    }

    /// Stops Redis with everything it was told on disk. Takes 15 seconds at the very most.
    @Override
    public void close() {
        try {
            stopServer();
        } catch (StartRefusedException e) {
            log.error("Redis was not stopped: {}", e.getMessage());
        }
    }
}
