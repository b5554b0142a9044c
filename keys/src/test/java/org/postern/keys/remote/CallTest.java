package org.postern.keys.remote;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postern.keys.KeysProcess;
import org.postern.keys.LedgerUnderTest;
import org.postern.keys.Role;

/// What each role may ask of the keys, asked over the wire.
class CallTest {

    private static KeysProcess keys;

    @BeforeAll
    static void startAProcess() {
        keys = KeysProcess.of(new LedgerUnderTest().start());
    }

    @AfterAll
    static void stop() {
        keys.close();
    }

    @Test
    void eachRoleMayMakeItsCallsAndNoOthers() throws Exception {
        Map<Role, Set<String>> allowed = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            Set<String> heard = allowed.computeIfAbsent(role, _ -> new TreeSet<>());
            try (HttpClient client = client(keys.caller("caller-1", role))) {
                for (Call call : Call.values()) {
                    if (post(client, call.path(), "{\"unknown\":1}") != Status.REFUSED) {
                        heard.add(call.path());
                    }
                }
            }
        }

        assertThat(allowed)
                .isEqualTo(
                        Map.of(
                                Role.INTAKE,
                                Set.of("/succession", "/certify", "/report", "/return-key"),
                                Role.WORKER,
                                Set.of(
                                        "/succession",
                                        "/admit",
                                        "/issue",
                                        "/issue-pin",
                                        "/destroy",
                                        "/expire",
                                        "/erase",
                                        "/end-tenant",
                                        "/sign",
                                        "/altered",
                                        "/announce",
                                        "/confirm",
                                        "/accept",
                                        "/spool-key",
                                        "/create-tenant",
                                        "/lend",
                                        "/destination-key",
                                        "/return-key",
                                        "/checkpoint",
                                        "/audited",
                                        "/audit-succession"),
                                Role.PORTAL,
                                Set.of(
                                        "/succession",
                                        "/certify",
                                        "/report",
                                        "/redeem",
                                        "/summaries",
                                        "/open",
                                        "/own",
                                        "/lock",
                                        "/unlock",
                                        "/relock",
                                        "/ask-pin",
                                        "/set-phone",
                                        "/expire-own",
                                        "/end",
                                        "/sign-in-overview",
                                        "/end-session",
                                        "/end-other-sessions",
                                        "/passkey-challenge",
                                        "/offer-passkey",
                                        "/add-passkey",
                                        "/remove-passkey",
                                        "/offer-second-step",
                                        "/turn-on-second-step",
                                        "/turn-off-second-step",
                                        "/forget-device"),
                                Role.KEYS,
                                Set.of()));
    }

    @Test
    void aQuestionWithAnUnknownFieldIsRefused() throws Exception {
        try (HttpClient client = client(keys.caller("worker-1", Role.WORKER))) {
            String tenant = "{\"value\":\"0190a1d2-0000-7000-8000-000000000001\"}";

            assertThat(post(client, "/create-tenant", "{\"tenant\":" + tenant + "}"))
                    .isEqualTo(Status.NOTHING);
            assertThat(post(client, "/create-tenant", "{\"tenant\":" + tenant + ",\"more\":1}"))
                    .isEqualTo(Status.MALFORMED);
            assertThat(post(client, "/create-tenant", "{\"tenant\":" + tenant + "}{}"))
                    .isEqualTo(Status.MALFORMED);
            assertThat(post(client, "/create-tenant", "{}")).isEqualTo(Status.MALFORMED);
            assertThat(post(client, "/create-tenant", "{\"tenant\":null}"))
                    .isEqualTo(Status.MALFORMED);
            assertThat(post(client, "/create-tenant", "")).isEqualTo(Status.MALFORMED);
        }
    }

    @Test
    void aQuestionThatIsTooLargeIsRefused() throws Exception {
        try (HttpClient client = client(keys.caller("worker-1", Role.WORKER))) {
            assertThat(post(client, "/lend", " ".repeat(Call.LEND.mostBytes() + 1)))
                    .isEqualTo(Status.TOO_LARGE);
        }
    }

    @Test
    void whatIsNoCallIsNotFound() throws Exception {
        try (HttpClient client = client(keys.caller("worker-1", Role.WORKER))) {
            assertThat(post(client, "/", "{}")).isEqualTo(Status.UNKNOWN);
            assertThat(post(client, "/admit/", "{}")).isEqualTo(Status.UNKNOWN);
            assertThat(
                            client.send(
                                            HttpRequest.newBuilder(keys.url().resolve("/spool-key"))
                                                    .build(),
                                            HttpResponse.BodyHandlers.discarding())
                                    .statusCode())
                    .isEqualTo(Status.NOT_POSTED);
        }
    }

    private static HttpClient client(Identity identity) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(identity.context())
                .build();
    }

    private static int post(HttpClient client, String path, String body) throws Exception {
        return client.send(
                        HttpRequest.newBuilder(keys.url().resolve(path))
                                .timeout(Duration.ofSeconds(20))
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build(),
                        HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
