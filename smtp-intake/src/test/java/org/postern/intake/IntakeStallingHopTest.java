package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.NextHopPatience;

/// A next hop that does not come to an end: unmarked mail is left at the client in good time, and
/// marked mail is none of its business. The client here has twenty seconds.
class IntakeStallingHopTest {

    private static final String LATER = "451 4.3.0 Not accepted, try again later";
    private static final String UNMARKED =
            "From: nurse@example.com\r\nSubject: Lunch\r\n\r\nAt noon?\r\n";
    private static final String MARKED = UNMARKED.replace("Lunch", "[Your results]");

    @TempDir Path folder;
    ScriptedHop hop;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        hop = new ScriptedHop();
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.nextHopPatience = new NextHopPatience(Duration.ofSeconds(1), Duration.ofMinutes(5));
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(
                                Tenant.Connector.of(
                                                IntakeUnderTest.GATEWAY,
                                                "smarthost",
                                                List.of("127.0.0.0/8"))
                                        .withNextHop(hop.address())));
        door = new IntakeUnderTest(folder, setup);
        client = door.client();
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
        hop.close();
    }

    private String send(String content) throws IOException {
        client.begin("nurse@example.com", "patient@example.org");
        return client.data(content);
    }

    @ParameterizedTest
    @CsvSource({
        "EHLO, stall",
        "EHLO, trickle",
        "STARTTLS, stall",
        "MAIL, stall",
        "MAIL, trickle",
        "RCPT, stall",
        "DATA, stall",
        "DATA, trickle",
        "., stall",
        "., trickle"
    })
    void unmarkedMailIsLeftAtTheClientAndNothingIsKept(String where, String how)
            throws IOException {
        hop.answer(where, how);
        assertThat(send(UNMARKED)).isEqualTo(LATER);
        assertThat(door.spool().files()).isEmpty();
        assertThat(client.say("NOOP")).startsWith("250");
    }

    @ParameterizedTest
    @CsvSource({"EHLO, stall", "STARTTLS, stall", "MAIL, stall", "RCPT, trickle"})
    void markedMailIsSealedAllTheSame(String where, String how) throws IOException {
        hop.answer(where, how);
        assertThat(send(MARKED)).startsWith("250 2.0.0 Accepted as");
        assertThat(door.spool().files()).hasSize(1);
    }

    @Test
    void aNextHopThatDoesNotReadIsGivenUpToo() throws IOException {
        hop.answer("DATA", ScriptedHop.DEAF);
        String line = "x".repeat(998) + "\r\n";
        assertThat(send(UNMARKED + line.repeat(20_000))).isEqualTo(LATER);
        assertThat(door.spool().files()).isEmpty();
    }
}
