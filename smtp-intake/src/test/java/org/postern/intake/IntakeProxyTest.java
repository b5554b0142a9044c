package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.store.Tenant;

/// A load balancer that is named says whose connection it passes on.
class IntakeProxyTest {

    private static final byte[] SIGNATURE = {
        '\r', '\n', '\r', '\n', 0, '\r', '\n', 'Q', 'U', 'I', 'T', '\n'
    };

    @TempDir Path folder;
    private @Nullable IntakeUnderTest opened;

    /// Takes mail from two addresses of documentation (RFC 5737, RFC 3849), which no test comes
    /// from.
    private void open(String... proxies) {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.proxies = List.of(proxies);
        setup.tenants =
                List.of(
                        IntakeUnderTest.clinic(
                                Tenant.Connector.of(
                                        IntakeUnderTest.GATEWAY,
                                        "gateway",
                                        List.of("192.0.2.7/32", "2001:db8::7/128"))));
        opened = new IntakeUnderTest(folder, setup);
    }

    private IntakeUnderTest door() {
        return Objects.requireNonNull(opened);
    }

    @AfterEach
    void close() {
        door().close();
    }

    private String mailAfter(byte[] header) throws IOException {
        try (SmtpClient client = SmtpClient.inClear(door().smtpsPort())) {
            client.send(header);
            client.handshake(TestCertificate.client());
            client.reply();
            client.say("EHLO client.example");
            return client.say("MAIL FROM:<nurse@example.com>");
        }
    }

    private String mailAfter(String header) throws IOException {
        return mailAfter(header.getBytes(US_ASCII));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "PROXY TCP4 192.0.2.7 198.51.100.1 40000 25\r\n",
                "PROXY TCP6 2001:db8::7 2001:db8::1 40000 25\r\n"
            })
    void theClientsAddressCounts(String header) throws IOException {
        open("127.0.0.0/8");
        assertThat(mailAfter(header)).isEqualTo("250 2.1.0 Sender OK");
    }

    @ParameterizedTest
    @ValueSource(strings = {"PROXY TCP4 192.0.2.8 198.51.100.1 40000 25\r\n", "PROXY UNKNOWN\r\n"})
    void anotherClientsAddressCountsToo(String header) throws IOException {
        open("127.0.0.1");
        assertThat(mailAfter(header)).isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 172, 300, 4_000})
    void theBinaryFormIsReadWithAllThatFollowsTheAddresses(int more) throws IOException {
        open("127.0.0.0/8");
        assertThat(mailAfter(binary(0x21, 0x11, "192.0.2.7", more))).startsWith("250 2.1.0");
        assertThat(mailAfter(binary(0x21, 0x21, "2001:db8::7", more))).startsWith("250 2.1.0");
        assertThat(mailAfter(binary(0x21, 0x11, "192.0.2.8", more))).startsWith("550 5.7.1");
    }

    @Test
    void aBalancerThatLooksWhetherWeLiveSpeaksForItself() throws IOException {
        open("127.0.0.0/8");
        assertThat(mailAfter(binary(0x20, 0x00, "", 0))).startsWith("550 5.7.1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EHLO client.example\r\n",
                "PROXY TCP4 192.0.2.7\r\n",
                "PROXY TCP4 2001:db8::7 ::1 1 2\r\n",
                "PROXY TCP4 name.example 192.0.2.1 1 2\r\n",
                "PROXY UDP4 192.0.2.7 192.0.2.1 1 2\r\n",
                "PROXY TCP4 192.0.2.7 192.0.2.1 1 2\n12345678901234567890123456789012345678901234"
                        + "567890123456789012345678901234567890123456789012345678901234567890"
            })
    void aBalancerThatDoesNotSayIsNotListenedTo(String header) throws IOException {
        open("127.0.0.0/8");
        try (SmtpClient client = SmtpClient.inClear(door().smtpPort())) {
            client.send(header);
            assertThat(heardNothing(client)).isTrue();
        }
    }

    @Test
    void malformedBinaryHeadersAreNotListenedTo() throws IOException {
        open("127.0.0.0/8");
        for (byte[] header :
                List.of(
                        binary(0x31, 0x11, "192.0.2.7", 0),
                        binary(0x22, 0x11, "192.0.2.7", 0),
                        binary(0x21, 0x12, "192.0.2.7", 0),
                        binary(0x21, 0x11, "", 0),
                        binary(0x21, 0x11, "192.0.2.7", 10_000))) {
            try (SmtpClient client = SmtpClient.inClear(door().smtpPort())) {
                client.send(header);
                assertThat(heardNothing(client)).isTrue();
            }
        }
    }

    @Test
    void nobodyElseIsBelieved() throws IOException {
        open("203.0.113.9");
        try (SmtpClient client = SmtpClient.inClear(door().smtpPort())) {
            assertThat(client.reply()).startsWith("220 ");
            assertThat(client.say("PROXY TCP4 192.0.2.7 198.51.100.1 40000 25")).startsWith("530");
        }
    }

    private static boolean heardNothing(SmtpClient client) {
        try {
            return client.reply().isEmpty();
        } catch (IOException hungUpHard) {
            return true;
        }
    }

    private static byte[] binary(int command, int family, String source, int more)
            throws IOException {
        byte[] address =
                source.isEmpty() ? new byte[0] : InetAddress.ofLiteral(source).getAddress();
        int length = address.length == 0 ? more : 2 * address.length + 4 + more;
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.write(SIGNATURE);
        header.write(command);
        header.write(family);
        header.write(length >> 8);
        header.write(length);
        header.write(address);
        header.write(new byte[length - address.length]);
        return header.toByteArray();
    }
}
