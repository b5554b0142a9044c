package org.postern.notifications.outgoing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import javax.net.ssl.SSLSocketFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.notifications.LogLines;
import org.postern.notifications.SettableClock;
import org.postern.notifications.outgoing.TestRelay.Refusal;

class RelaysTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FIRST_REST = Duration.ofSeconds(10);

    private final SettableClock clock = new SettableClock(Instant.parse("2026-11-23T10:00:00Z"));

    @Test
    void mailGoesToTheRelaysInTurnAndEachIsNamed() throws Exception {
        try (TestRelay one = TestRelay.plain();
                TestRelay other = TestRelay.plain()) {
            Relays relays = relays(one.port(), other.port());

            List<String> by = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                by.add(relayOf(relays.hand(mail())));
            }

            assertThat(one.received).hasSize(2);
            assertThat(other.received).hasSize(2);
            assertThat(by).containsExactly(name(one), name(other), name(one), name(other));
            assertThat(relays.count(name(one), RelayResult.ACCEPTED)).isEqualTo(2);
            assertThat(relays.names()).containsExactly(name(one), name(other));
        }
    }

    @Test
    void whatADeadRelayWouldHaveTakenTheNextOneTakesInTheSameAttempt() throws Exception {
        int port = unusedPort();
        try (TestRelay other = TestRelay.plain();
                LogLines log = new LogLines()) {
            Relays relays = relays(port, other.port());

            for (int i = 0; i < 4; i++) {
                assertThat(relays.hand(mail())).isInstanceOf(Handed.Accepted.class);
            }

            assertThat(other.received).hasSize(4);
            assertThat(relays.rests("localhost:" + port)).isTrue();
            assertThat(relays.allRest()).isFalse();
            assertThat(relays.count("localhost:" + port, RelayResult.FAILED))
                    .as("asked once: it rests")
                    .isOne();
            assertThat(log.lines())
                    .anyMatch(line ->
                            line.contains("relay rests: relay=localhost:" + port)
                                    && line.contains("reason=relay-away"));

            try (TestRelay back = TestRelay.plainAt(port)) {
                clock.advance(FIRST_REST);
                relays.hand(mail());
                relays.hand(mail());
                assertThat(back.received).hasSize(1);
                assertThat(relays.rests("localhost:" + port)).isFalse();
            }
        }
    }

    @Test
    void aRelayRestsTwiceAsLongEachTimeItFailsAgain() throws Exception {
        int nobody = unusedPort();
        try (TestRelay other = TestRelay.plain()) {
            Relays relays = relays(nobody, other.port());
            List<Long> rests = new ArrayList<>();
            for (int i = 0; i < 7; i++) {
                relays.hand(mail());
                relays.hand(mail());
                long seconds = 0;
                while (relays.rests("localhost:" + nobody)) {
                    clock.advance(Duration.ofSeconds(1));
                    seconds++;
                }
                rests.add(seconds);
            }
            assertThat(rests).containsExactly(10L, 20L, 40L, 80L, 160L, 300L, 300L);
        }
    }

    @Test
    void aRelayThatSaysNothingIsLeftForTheNextOneAndRests() throws Exception {
        try (HangingRelay hanging = new HangingRelay();
                TestRelay other = TestRelay.plain()) {
            Relays relays = relays(Duration.ofMillis(300), hanging.port(), other.port());

            for (int i = 0; i < 4; i++) {
                assertThat(relayOf(relays.hand(mail()))).isEqualTo(name(other));
            }

            assertThat(hanging.callers).hasSize(1);
            assertThat(other.received).hasSize(4);
        }
    }

    @Test
    void whoeverHangsAtOneRelayHoldsUpFewOfManyMails() throws Exception {
        try (HangingRelay hanging = new HangingRelay();
                TestRelay other = TestRelay.plain()) {
            Relays relays = relays(hanging.port(), other.port());
            List<Handed> handed = new CopyOnWriteArrayList<>();
            List<Thread> senders =
                    IntStream.range(0, 20)
                            .mapToObj(_ ->
                                    Thread.startVirtualThread(
                                            () -> handed.add(relays.hand(mail()))))
                            .toList();

            await().atMost(PATIENCE).until(() -> handed.size() >= 16);
            assertThat(hanging.callers).hasSizeLessThanOrEqualTo(4);
            hanging.hangUp();
            for (Thread sender : senders) {
                sender.join();
            }
            assertThat(other.received).as("those that hung go on to the next").hasSize(20);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {421, 451, 452, 454})
    void aRelayThatTakesNothingFromUsNowIsLeftForTheNextOne(int code) throws Exception {
        try (TestRelay one = TestRelay.plain();
                TestRelay other = TestRelay.plain()) {
            one.toMail = Optional.of(new Refusal(code, "4.3.0 later"));
            Relays relays = relays(one.port(), other.port());

            assertThat(relayOf(relays.hand(mail()))).isEqualTo(name(other));
            assertThat(relays.rests(name(one))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {421, 454})
    void aRelayThatClosesIsLeftForTheNextOneAtAnyStep(int code) throws Exception {
        try (TestRelay one = TestRelay.plain();
                TestRelay other = TestRelay.plain()) {
            one.toRcpt = Optional.of(new Refusal(code, "4.3.2 closing"));
            Relays relays = relays(one.port(), other.port());

            assertThat(relayOf(relays.hand(mail()))).isEqualTo(name(other));
            assertThat(relays.rests(name(one))).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {450, 451, 452, 550, 552, 554})
    void whatIsSaidOfARecipientIsNoFailureOfTheRelay(int code) throws Exception {
        try (TestRelay one = TestRelay.plain();
                TestRelay other = TestRelay.plain()) {
            one.toRcpt = Optional.of(new Refusal(code, "mailbox"));
            Relays relays = relays(one.port(), other.port());

            Handed handed = relays.hand(mail());

            assertThat(handed).isNotInstanceOf(Handed.Accepted.class);
            assertThat(relayOf(handed)).isEqualTo(name(one));
            assertThat(other.received).isEmpty();
            assertThat(relays.rests(name(one))).isFalse();
        }
    }

    @Test
    void aRelayThatDefersEverybodyRestsWhateverItSaysOfThem() throws Exception {
        try (TestRelay one = TestRelay.plain();
                TestRelay other = TestRelay.plain()) {
            one.toRcpt = Optional.of(new Refusal(451, "4.3.0 later"));
            Relays relays = relays(one.port(), other.port());

            for (int i = 0; i < 9; i++) { // the odd ones go to the other
                assertThat(relays.rests(name(one))).isFalse();
                relays.hand(mail("pat@domain-" + i + ".example"));
            }

            assertThat(relays.rests(name(one))).isTrue();
            assertThat(relays.count(name(one), RelayResult.DEFERRED)).isEqualTo(5);
            relays.hand(mail());
            relays.hand(mail());
            assertThat(other.received).hasSize(6);
        }
    }

    @Test
    void oneDomainThatDefersIsNotTheRelaysFault() throws Exception {
        try (TestRelay one = TestRelay.plain()) {
            one.toRcpt = Optional.of(new Refusal(451, "4.3.0 later"));
            Relays relays = relays(one.port());
            for (int i = 0; i < 20; i++) {
                relays.hand(mail());
            }
            assertThat(relays.rests(name(one))).isFalse();
        }
    }

    @Test
    void oneThatDoesNotSendForAnOrganisationIsNotAwayForOthers() throws Exception {
        try (TestRelay one = TestRelay.plain();
                TestRelay other = TestRelay.plain()) {
            one.toMail = Optional.of(new Refusal(553, "5.7.1 not yours"));
            Relays relays = relays(one.port(), other.port());

            assertThat(relayOf(relays.hand(mail()))).isEqualTo(name(other));
            assertThat(relays.rests(name(one))).isFalse();
        }
    }

    @Test
    void whileAllRestTheOneThatIsDueFirstIsAskedAllTheSame() throws Exception {
        int port = unusedPort();
        int later = unusedPort();
        Relays relays = relays(port, later);
        assertThat(relays.hand(mail())).isInstanceOf(Handed.Deferred.class);
        clock.advance(FIRST_REST);
        try (TestRelay first = TestRelay.plainAt(port)) {
            relays.hand(mail()); // the later one fails again, or the first takes it
            relays.hand(mail());
            assertThat(first.received).hasSize(2);
        }
        assertThat(relays.hand(mail())).isInstanceOf(Handed.Deferred.class);
        assertThat(relays.allRest()).isTrue();

        try (TestRelay back = TestRelay.plainAt(port)) {
            assertThat(relays.hand(mail())).isInstanceOf(Handed.Accepted.class);
            assertThat(back.received).hasSize(1);
            assertThat(relays.allRest()).isFalse();
        }
    }

    @Test
    void aMailThatOneRelayCannotCarryIsRefusedOnlyIfNoneCan() throws Exception {
        try (ScriptedRelay alone = new ScriptedRelay("220 relay", "250 relay");
                ScriptedRelay oneOfTwo = new ScriptedRelay("220 relay", "250 relay")) {
            assertThat(relays(alone.port()).hand(mail("zoë@example.org")))
                    .isInstanceOf(Handed.Refused.class);
            assertThat(relays(oneOfTwo.port(), unusedPort()).hand(mail("zoë@example.org")))
                    .as("the other may know it when it is back")
                    .isInstanceOf(Handed.Deferred.class);
        }
    }

    @Test
    void whatTheRelaySaidGoesAlongAndIsNeitherShownNorLogged() throws Exception {
        try (TestRelay one = TestRelay.plain();
                LogLines log = new LogLines()) {
            one.toRcpt = Optional.of(new Refusal(550, "5.1.1 CANARY pat@example.org"));

            Handed handed = relays(one.port()).hand(mail());

            assertThat(handed.outcome().answer().orElseThrow().reply().orElseThrow())
                    .isEqualTo("550 5.1.1 CANARY pat@example.org");
            assertThat(handed.toString()).doesNotContain("CANARY", "pat@");
            assertThat(log.lines())
                    .filteredOn(line -> !line.startsWith("org.subethamail"))
                    .noneMatch(line -> line.contains("CANARY"));
        }
    }

    private Relays relays(int... ports) {
        return relays(PATIENCE, ports);
    }

    private Relays relays(Duration patience, int... ports) {
        return new Relays(
                Arrays.stream(ports)
                        .mapToObj(port ->
                                new RelayMail(
                                        Relay.at("localhost", port, "localhost"),
                                        (SSLSocketFactory) SSLSocketFactory.getDefault(),
                                        patience,
                                        _ -> {}))
                        .toList(),
                clock);
    }

    private static String relayOf(Handed handed) {
        return handed.outcome().answer().orElseThrow().relay();
    }

    private static String name(TestRelay relay) {
        return "localhost:" + relay.port();
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket nobody = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return nobody.getLocalPort();
        }
    }

    private static OutgoingMessage mail() {
        return mail("pat@example.org");
    }

    private static OutgoingMessage mail(String to) {
        try {
            return new OutgoingMessage(
                    Optional.of(EmailAddress.parse("notices@example.com")),
                    EmailAddress.parse(to),
                    "Subject: hello\r\n\r\nhello\r\n".getBytes(UTF_8));
        } catch (MalformedAddressException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// Takes every connection and says nothing.
    private static final class HangingRelay implements AutoCloseable {

        private final List<Socket> callers = new CopyOnWriteArrayList<>();
        private final ServerSocket listening;

        HangingRelay() throws IOException {
            listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        callers.add(listening.accept());
                    }
                } catch (IOException closed) {
                    // the test is over
                }
            });
        }

        int port() {
            return listening.getLocalPort();
        }

        void hangUp() throws IOException {
            listening.close();
            for (Socket caller : callers) {
                caller.close();
            }
        }

        @Override
        public void close() throws IOException {
            hangUp();
        }
    }
}
