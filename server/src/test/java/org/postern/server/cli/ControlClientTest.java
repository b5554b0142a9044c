package org.postern.server.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.server.embedded.ControlToken;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.RunningAddresses;

class ControlClientTest {

    @TempDir Path temporary;

    private final AtomicReference<String> received = new AtomicReference<>("");
    private DataFolder folder;
    private ControlToken token;
    private HttpServer server;

    @BeforeEach
    void start() throws Exception {
        folder = DataFolder.open(temporary);
        token = folder.issueControlToken(new SecureRandom());
        server = HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String authorization =
                            exchange.getRequestHeaders().getFirst(ControlClient.TOKEN_FIELD);
                    boolean ours = authorization != null && token.matches(authorization);
                    received.set(
                            exchange.getRequestMethod()
                                    + " "
                                    + exchange.getRequestURI()
                                    + " "
                                    + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
                    byte[] answer = "{\"name\":\"Example Clinic\"}".getBytes(UTF_8);
                    exchange.sendResponseHeaders(ours ? 200 : 401, answer.length);
                    exchange.getResponseBody().write(answer);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        folder.close();
    }

    @Test
    void aCommandProvesWhoseItIsAndReadsTheAnswer() throws Exception {
        folder.announce(addresses(server.getAddress().getPort()));

        var answer = client().post("/control/tenants", Map.of("name", "Example Clinic"));

        assertThat(answer.done()).isTrue();
        assertThat(answer.as(Tenant.class)).isEqualTo(new Tenant("Example Clinic"));
        assertThat(received).hasValue("POST /control/tenants {\"name\":\"Example Clinic\"}");
        assertThat(client().get("/control/tenants").status()).isEqualTo(200);
    }

    @Test
    void aManagementPortGivenWinsOverTheOneAnnounced() throws Exception {
        folder.announce(addresses(1));
        assertThat(
                        client("--management-port", Integer.toString(server.getAddress().getPort()))
                                .get("/")
                                .done())
                .isTrue();
    }

    @Test
    void anotherTokenIsSaidInOneSentence() throws Exception {
        int port = server.getAddress().getPort();
        folder.announce(addresses(port));
        folder.issueControlToken(new SecureRandom());

        assertThatThrownBy(() -> client().get("/"))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage(
                        "the Postern on management port %d does not know the control token in %s. Name its data folder with --data."
                                .formatted(port, temporary));
    }

    @Test
    void nobodyThereIsSaidInOneSentence() throws Exception {
        int port = server.getAddress().getPort();
        folder.announce(addresses(port));
        server.stop(0);

        assertThatThrownBy(() -> client().get("/"))
                .isInstanceOf(CommandFailedException.class)
                .hasMessage(
                        "no Postern answers on management port %d. Start it with ./postern up, or name its folder with --data."
                                .formatted(port));
    }

    private ControlClient client(String... options) throws Exception {
        var words = new ArrayList<String>();
        words.add("--data=" + temporary);
        words.addAll(List.of(options));
        var arguments = Arguments.parse(new SendSample(Clock.systemUTC()), words, Map.of());
        return new ControlClient(RunningPostern.find(arguments));
    }

    private static RunningAddresses addresses(int managementPort) {
        return new RunningAddresses(1, "localhost", 2, 3, 4, managementPort, true);
    }

    private record Tenant(String name) {}
}
