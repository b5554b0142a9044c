package org.postern.server.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalRedisTest {

    @TempDir Path temporary;

    private final SecureRandom random = new SecureRandom();
    private DataFolder folder;

    @BeforeEach
    void takeFolder() throws Exception {
        folder = SharedPrograms.open(temporary);
    }

    @AfterEach
    void giveFolderBack() throws Exception {
        folder.close();
        Files.delete(temporary.resolve("bin"));
    }

    @Test
    void nobodyEntersWithoutThePassword() throws Exception {
        try (var redis = LocalRedis.start(folder, random)) {
            RedisAccess access = redis.access();
            try (var stranger = new RedisClient(access.host(), access.port())) {
                assertThat(stranger.ask("GET kept")).startsWith("-NOAUTH");
                assertThat(stranger.ask("AUTH " + access.user() + " guessed"))
                        .startsWith("-WRONGPASS");
                assertThat(stranger.ask("AUTH " + access.password())).startsWith("-WRONGPASS");
            }
            assertThat(access.toString()).doesNotContain(access.password());
            assertThat(Files.readString(folder.redis().resolve("redis.conf")))
                    .doesNotContain(access.password());
        }
    }

    @Test
    void commandsOfAnAdministratorAreRefused() throws Exception {
        var commands =
                List.of(
                        "CONFIG GET dir",
                        "FLUSHALL",
                        "FLUSHDB",
                        "KEYS *",
                        "MONITOR",
                        "DEBUG SLEEP 0",
                        "SHUTDOWN NOSAVE",
                        "REPLICAOF 127.0.0.1 1",
                        "MODULE LIST",
                        "ACL LIST",
                        "CLIENT LIST");
        try (var redis = LocalRedis.start(folder, random)) {
            for (String command : commands) {
                try (var client = new RedisClient(redis.access())) {
                    assertThat(client.ask(command)).as(command).startsWith("-NOPERM");
                }
            }
        }
    }

    @Test
    void commandsOfOursAreAllowed() throws Exception {
        var commands =
                List.of(
                        "SET a b",
                        "HSET session field value",
                        "EXPIRE session 10",
                        "EVAL return(1) 0",
                        "PUBLISH wake up",
                        "SUBSCRIBE wake",
                        "INFO server",
                        "CLIENT SETNAME postern",
                        "SCAN 0");
        try (var redis = LocalRedis.start(folder, random)) {
            for (String command : commands) {
                try (var client = new RedisClient(redis.access())) {
                    assertThat(client.ask(command)).as(command).doesNotStartWith("-");
                }
            }
        }
    }

    @Test
    void everythingIsThereAtTheNextStartOnTheSamePort() throws Exception {
        int port;
        try (var redis = LocalRedis.start(folder, random);
                var client = new RedisClient(redis.access())) {
            port = redis.access().port();
            assertThat(client.ask("SET kept word")).isEqualTo("+OK");
        }
        assertThat(processes()).isEmpty();
        try (var redis = LocalRedis.start(folder, random);
                var client = new RedisClient(redis.access())) {
            assertThat(redis.access().port()).isEqualTo(port);
            assertThat(client.ask("GET kept")).isEqualTo("word");
        }
    }

    @Test
    void aRememberedPortThatIsTakenIsReplaced() throws Exception {
        int port;
        try (var redis = LocalRedis.start(folder, random)) {
            port = redis.access().port();
        }
        try (var other = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"));
                var redis = LocalRedis.start(folder, random);
                var client = new RedisClient(redis.access())) {
            assertThat(redis.access().port()).isNotEqualTo(other.getLocalPort());
            assertThat(client.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void aServerLeftBehindByAKilledPosternIsStoppedAndItsDataKept() throws Exception {
        folder.close();
        ProcessHandle leftBehind;
        try (var child = ChildPostern.withServers(temporary)) {
            leftBehind = processes().getFirst();
            child.kill();
        }
        assertThat(leftBehind.isAlive()).isTrue();

        folder = SharedPrograms.open(temporary);
        // the other server of the killed Postern is not ours to leave running
        LocalPostgres.start(folder, random).close();
        try (var redis = LocalRedis.start(folder, random);
                var client = new RedisClient(redis.access())) {
            assertThat(client.ask("GET kept")).isEqualTo("redis");
            assertThat(processes()).hasSize(1).doesNotContain(leftBehind);
        }
        assertThat(processes()).isEmpty();
    }

    @Test
    void aPidFileThatNowNamesAnotherProgramStopsNobody() throws Exception {
        LocalRedis.start(folder, random).close();
        Files.writeString(
                folder.redis().resolve("redis.pid"), ProcessHandle.current().pid() + "\n");

        try (var redis = LocalRedis.start(folder, random);
                var client = new RedisClient(redis.access())) {
            assertThat(client.ask("PING")).isEqualTo("+PONG");
        }
    }

    private List<ProcessHandle> processes() {
        Path home = folder.redis();
        return new LeftOver(home, "redis-server", home.resolve("redis.pid")).all();
    }
}
