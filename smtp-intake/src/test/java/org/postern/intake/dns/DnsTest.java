package org.postern.intake.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.xbill.DNS.Type;

/// Name servers that answer, are silent and lie: a real one on loopback.
class DnsTest {

    private static final Instant START = Instant.parse("2026-11-24T12:00:00Z");

    private final AtomicReference<Instant> now = new AtomicReference<>(START);
    private final InstantSource source = now::get;
    private final Clock clock = source.withZone(ZoneOffset.UTC);
    private NameServer server;
    private Dns dns;

    @BeforeEach
    void open() throws IOException {
        server = new NameServer();
        server.text("example.com", "v=truth");
        dns = new Dns(server.properties(), clock, new SecureRandom());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    private List<String> texts(String name) throws DnsFailedException {
        return dns.forOneMessage().texts(name);
    }

    private void assertFails(String name, String reason) {
        assertThatExceptionOfType(DnsFailedException.class)
                .isThrownBy(() -> texts(name))
                .withMessageContaining(reason);
    }

    @Test
    void anAnswerIsTakenAndTheStringsOfATextAreJoined() throws DnsFailedException {
        server.text("long.example", "x".repeat(600));
        assertThat(texts("example.com")).containsExactly("v=truth");
        assertThat(texts("EXAMPLE.com.")).containsExactly("v=truth");
        assertThat(texts("long.example")).containsExactly("x".repeat(600));
    }

    @Test
    void aNameThatIsNotThereAndOneThatCannotBeHaveNoRecords() throws DnsFailedException {
        assertThat(texts("nothing.example")).isEmpty();
        assertThat(texts("x".repeat(64) + ".example")).isEmpty();
        assertThat(texts("a..example")).isEmpty();
        assertThat(dns.forOneMessage().records("example.com", Type.MX)).isEmpty();
    }

    @Test
    void aNameInOtherLettersIsAskedForAsTheDnsWritesIt() throws DnsFailedException {
        server.text("xn--mnchen-3ya.example", "v=umlaut");
        assertThat(texts("m\u00fcnchen.example")).containsExactly("v=umlaut");
    }

    @ParameterizedTest
    @EnumSource(
            value = NameServer.Behaviour.class,
            names = {
                "SILENT",
                "SERVFAIL",
                "REFUSED",
                "WRONG_QUESTION",
                "GARBAGE",
                "TRUNCATED_AND_NO_TCP"
            })
    void whatIsNoAnswerIsATemporaryFailure(NameServer.Behaviour behaviour) {
        server.behave("example.com", behaviour);
        assertThatExceptionOfType(DnsFailedException.class).isThrownBy(() -> texts("example.com"));
        assertThat(server.asked().stream().filter(question -> question.endsWith("udp")))
                .hasSize(2); // each server is asked twice
    }

    @ParameterizedTest
    @EnumSource(
            value = NameServer.Behaviour.class,
            names = {"FORGED_NUMBER_FIRST", "FORGED_QUESTION_FIRST"})
    void aForgedAnswerIsPassedOverAndTheTrueOneCounts(NameServer.Behaviour behaviour)
            throws DnsFailedException {
        server.behave("example.com", behaviour);
        assertThat(texts("example.com")).containsExactly("v=truth");
        assertThat(server.asked()).containsExactly("example.com TXT udp");
    }

    @Test
    void anAnswerThatWasCutOffIsAskedForByTcp() throws DnsFailedException {
        server.text("big.example", "x".repeat(5_000));
        server.behave("example.com", NameServer.Behaviour.TRUNCATED);
        assertThat(texts("big.example").getFirst()).hasSize(5_000);
        assertThat(texts("example.com")).containsExactly("v=truth");
        assertThat(server.asked())
                .containsExactly(
                        "big.example TXT udp",
                        "big.example TXT tcp",
                        "example.com TXT udp",
                        "example.com TXT tcp");
    }

    @Test
    void anAnswerLargerThanAnybodyNeedsIsNotTaken() {
        server.text("huge.example", "x".repeat(20_000));
        assertFails("huge.example", "larger than anybody needs");
    }

    @Test
    void whatAServerAddsUnaskedIsNotBelieved() throws DnsFailedException {
        server.behave("example.com", NameServer.Behaviour.TALKATIVE);
        assertThat(texts("example.com")).containsExactly("v=truth");
        assertThat(texts("victim.example")).isEmpty();
    }

    @Test
    void anAliasIsFollowedAndAliasesWithoutEndAreNot() throws DnsFailedException {
        server.publish("alias.example", Type.CNAME, 300, "example.com.");
        server.publish("a.example", Type.CNAME, 300, "b.example.");
        server.publish("b.example", Type.CNAME, 300, "a.example.");
        for (int i = 0; i < 20; i++) {
            server.publish("c" + i + ".example", Type.CNAME, 300, "c" + (i + 1) + ".example.");
        }
        assertThat(texts("alias.example")).containsExactly("v=truth");
        assertFails("a.example", "without end");
        assertFails("c0.example", "without end");
        assertThat(server.asked()).hasSize(2 + 2 + 8);
    }

    @Test
    void anAnswerIsKeptAsLongAsItMayBeAndNoLongerThanAnHour() throws DnsFailedException {
        server.publish("week.example", Type.TXT, 604_800, "first");
        texts("example.com");
        texts("week.example");
        server.forget("example.com");
        server.forget("week.example");
        now.set(START.plusSeconds(299));
        assertThat(texts("example.com")).containsExactly("v=truth");
        now.set(START.plusSeconds(300));
        assertThat(texts("example.com")).isEmpty();
        now.set(START.plus(Duration.ofMinutes(59)));
        assertThat(texts("week.example")).containsExactly("first");
        now.set(START.plus(Duration.ofMinutes(60)));
        assertThat(texts("week.example")).isEmpty();
    }

    @Test
    void thatThereIsNothingIsKeptTooAndAFailureIsNot() throws DnsFailedException {
        texts("nothing.example");
        texts("nothing.example");
        assertThat(server.asked()).hasSize(1);

        server.behave("example.com", NameServer.Behaviour.SERVFAIL);
        assertFails("example.com", "SERVFAIL");
        server.behave("example.com", NameServer.Behaviour.HONEST);
        assertThat(texts("example.com")).containsExactly("v=truth");
    }

    @Test
    void onlySoManyAnswersAreKept() {
        AnswerCache cache = new AnswerCache(3, clock);
        for (int i = 0; i < 10; i++) {
            cache.keep(
                    org.xbill.DNS.Name.fromConstantString("n" + i + ".example."),
                    Type.TXT,
                    List.of(),
                    Duration.ofMinutes(1));
        }
        assertThat(cache.size()).isEqualTo(3);
    }

    @Test
    void oneMessageMayAskOnlySoMuch() throws DnsFailedException {
        Lookups lookups = dns.forOneMessage();
        for (int i = 0; i < 60; i++) {
            lookups.texts("n" + i + ".example");
        }
        assertThatExceptionOfType(DnsFailedException.class)
                .isThrownBy(() -> lookups.texts("one-more.example"));
        assertThat(lookups.texts("n1.example")).isEmpty(); // known already
        assertThat(texts("one-more.example")).isEmpty();
    }

    @Test
    void oneMessageMayWaitOnlySoLong() {
        server.behave("example.com", NameServer.Behaviour.SILENT);
        DnsProperties hurried =
                new DnsProperties(
                        List.of(server.address()),
                        Duration.ofMinutes(1),
                        10,
                        Duration.ofMillis(200),
                        60,
                        10);
        dns = new Dns(hurried, clock, new SecureRandom());
        assertFails("example.com", "time");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void whatOneServerCannotSayTheNextIsAskedFor() throws Exception {
        try (NameServer second = new NameServer()) {
            second.text("example.com", "v=second");
            server.behave("example.com", NameServer.Behaviour.REFUSED);
            dns =
                    new Dns(
                            server.properties()
                                    .withServers(List.of(server.address(), second.address())),
                            clock,
                            new SecureRandom());
            assertThat(texts("example.com")).containsExactly("v=second");
        }
    }

    @Test
    void aServerThatIsNotThereIsATemporaryFailure() throws IOException {
        dns = new Dns(server.properties(), clock, new SecureRandom());
        server.close();
        assertThatExceptionOfType(DnsFailedException.class).isThrownBy(() -> texts("example.com"));
    }

    @ParameterizedTest
    @CsvSource({"PT0S,1,1", "PT2M,1,1", "PT1S,0,1", "PT1S,11,1", "PT1S,1,0"})
    void anInvalidValueIsRefused(Duration time, int attempts, int queries) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new DnsProperties(List.of(), time, attempts, time, queries, 1));
    }
}
