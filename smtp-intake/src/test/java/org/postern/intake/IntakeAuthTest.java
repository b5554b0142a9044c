package org.postern.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.ScramVerifier;
import org.postern.db.ConnectorId;
import org.postern.db.store.Tenant;

/// Connectors that are known by a password (RFC 4954).
class IntakeAuthTest {

    private static final String PASSWORD = "J3kq-secret-of-256-bits";
    private static final ConnectorId ID =
            new ConnectorId(UUID.fromString("00000000-0000-7000-8000-00000000000a"));
    private static final String MARKED =
            "From: nurse@example.com\r\nSubject: [Your results]\r\n\r\nAll is well.\r\n";

    @TempDir Path folder;
    IntakeUnderTest door;
    SmtpClient client;

    @BeforeEach
    void open() throws IOException {
        open(connector());
    }

    private void open(Tenant.Connector... connectors) throws IOException {
        IntakeUnderTest.Setup setup = new IntakeUnderTest.Setup();
        setup.tenants = List.of(IntakeUnderTest.clinic(connectors));
        door = new IntakeUnderTest(Files.createTempDirectory(folder, "door"), setup);
        client = door.client();
    }

    private static Tenant.Connector connector(String... ranges) {
        return Tenant.Connector.of(ID, "relay", List.of(ranges))
                .withPassword(ScramVerifier.of(PASSWORD, new SecureRandom()).toText());
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        door.close();
    }

    @Test
    void itIsAnnouncedUnderTlsAlone() throws IOException {
        assertThat(client.say("EHLO x")).contains("250-AUTH SCRAM-SHA-256 PLAIN\n");
        try (SmtpClient inClear = SmtpClient.inClear(door.smtpPort())) {
            inClear.reply();
            assertThat(inClear.say("EHLO x")).doesNotContain("AUTH");
            assertThat(inClear.say("AUTH PLAIN " + plain(ID.toString(), PASSWORD)))
                    .isEqualTo("530 5.7.0 Must issue a STARTTLS command first");
        }
    }

    @Test
    void withoutItMailIsRefused() throws IOException {
        assertThat(client.say("MAIL FROM:<nurse@example.com>"))
                .isEqualTo("530 5.7.0 Authentication required");
    }

    @Test
    void withThePasswordMailIsTakenAndTheTraceSaysSo() throws IOException {
        assertThat(client.say("AUTH PLAIN " + plain(ID.toString(), PASSWORD)))
                .isEqualTo("235 2.7.0 Authenticated");
        client.begin("nurse@example.com", "patient@example.org");
        assertThat(client.data(MARKED)).startsWith("250");
        try (SpoolReader.Opened message = door.spool().only()) {
            assertThat(new String(message.bytes(), UTF_8)).contains("with ESMTPSA\r\n");
            assertThat(message.envelope().connector()).contains(ID);
        }
    }

    @Test
    void thePasswordMayFollowTheChallenge() throws IOException {
        assertThat(client.say("AUTH PLAIN")).isEqualTo("334 ");
        assertThat(client.say(plain(ID.toString(), PASSWORD))).startsWith("235");
    }

    @Test
    void scramNeverSendsThePasswordAndShowsTheServerToTheClient() throws Exception {
        Scram scram = new Scram(ID.toString(), PASSWORD);
        String challenge = client.say("AUTH SCRAM-SHA-256 " + base64(scram.first()));
        String signature = client.say(base64(scram.last(challenge)));
        assertThat(unbase64(signature)).isEqualTo("v=" + scram.serverSignature());
        assertThat(client.say("")).isEqualTo("235 2.7.0 Authenticated");
        assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("250");
    }

    @Test
    void scramWithAnotherPasswordIsRefused() throws Exception {
        Scram scram = new Scram(ID.toString(), "another");
        String challenge = client.say("AUTH SCRAM-SHA-256 " + base64(scram.first()));
        assertThat(client.say(base64(scram.last(challenge))))
                .isEqualTo("535 5.7.8 Authentication credentials invalid");
        assertThat(client.say("MAIL FROM:<nurse@example.com>")).startsWith("530 5.7.0");
    }

    @Test
    void anUnknownNameLooksLikeAKnownOne() throws Exception {
        String known = client.say("AUTH SCRAM-SHA-256 " + base64("n,,n=" + ID + ",r=abc"));
        client.say("*");
        String unknown = client.say("AUTH SCRAM-SHA-256 " + base64("n,,n=nobody,r=abc"));
        client.say("*");
        String again = client.say("AUTH SCRAM-SHA-256 " + base64("n,,n=nobody,r=abc"));
        assertThat(unbase64(unknown)).hasSameSizeAs(unbase64(known));
        assertThat(part(unknown, ",s=")).isEqualTo(part(again, ",s="));
        assertThat(client.say("")).isEqualTo("535 5.7.8 Authentication credentials invalid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "wrong", "J3kq-secret-of-256-bit"})
    void aWrongPasswordIsRefused(String password) throws IOException {
        assertThat(client.say("AUTH PLAIN " + plain(ID.toString(), password)))
                .isEqualTo("535 5.7.8 Authentication credentials invalid");
    }

    @Test
    void thriceWrongEndsTheSession() throws IOException {
        client.say("AUTH PLAIN " + plain(ID.toString(), "1"));
        client.say("AUTH PLAIN " + plain("nobody", "2"));
        assertThat(client.say("AUTH PLAIN " + plain(ID.toString(), "3")))
                .isEqualTo("421 4.7.0 Too many errors, closing connection");
        assertThat(client.isClosedByServer()).isTrue();
    }

    @Test
    void whatIsMalformedIsSaidAndTheSessionGoesOn() throws IOException {
        assertThat(client.say("AUTH")).startsWith("501 5.5.4");
        assertThat(client.say("AUTH LOGIN")).startsWith("504 5.5.4");
        assertThat(client.say("AUTH PLAIN !!!!")).startsWith("501 5.5.4");
        assertThat(client.say("AUTH PLAIN " + base64("no parts"))).startsWith("501 5.5.4");
        assertThat(client.say("AUTH PLAIN " + base64("other\0" + ID + "\0" + PASSWORD)))
                .startsWith("501 5.5.4");
        assertThat(client.say("AUTH SCRAM-SHA-256 " + base64("p=tls-exporter,,n=x,r=y")))
                .startsWith("501 5.5.4");
        assertThat(client.say("AUTH PLAIN")).isEqualTo("334 ");
        assertThat(client.say("*")).isEqualTo("501 5.7.0 Authentication cancelled");
        assertThat(client.say("AUTH PLAIN " + plain(ID.toString(), PASSWORD))).startsWith("235");
        assertThat(client.say("AUTH PLAIN " + plain(ID.toString(), PASSWORD))).startsWith("503");
    }

    @Test
    void itIsNoPartOfAMailTransaction() throws IOException {
        client.close();
        door.close();
        open(
                connector(),
                Tenant.Connector.of(IntakeUnderTest.GATEWAY, "gateway", List.of("127.0.0.0/8")));
        client.begin("nurse@example.com");
        assertThat(client.say("AUTH PLAIN " + plain(ID.toString(), PASSWORD))).startsWith("503");
    }

    @Test
    void whoHasAuthenticatedUsesThatConnectorAlone() throws IOException {
        client.close();
        door.close();
        open(
                connector("192.0.2.0/24"),
                Tenant.Connector.of(IntakeUnderTest.GATEWAY, "gateway", List.of("127.0.0.0/8")));
        assertThat(client.say("AUTH PLAIN " + plain(ID.toString(), PASSWORD))).startsWith("235");
        assertThat(client.say("MAIL FROM:<nurse@example.com>"))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
    }

    @Test
    void theSendersDomainIsStillAskedFor() throws IOException {
        client.say("AUTH PLAIN " + plain(ID.toString(), PASSWORD));
        assertThat(client.say("MAIL FROM:<nurse@elsewhere.example>"))
                .isEqualTo("550 5.7.1 Not allowed to send from here");
        for (String submitter : List.of("<>", "nurse@example.com", "nurse+40example.com")) {
            assertThat(client.say("MAIL FROM:<nurse@example.com> AUTH=" + submitter))
                    .startsWith("250");
            client.say("RSET");
        }
        assertThat(client.say("MAIL FROM:<nurse@example.com> AUTH=nurse+zz")).startsWith("501");
    }

    @Test
    void noPasswordIsEverInALineThatIsTooLong() throws IOException {
        assertThat(client.say("AUTH PLAIN " + "A".repeat(3_000))).startsWith("500 5.5.2");
        assertThat(client.say("AUTH PLAIN")).isEqualTo("334 ");
        assertThat(client.say("A".repeat(3_000))).startsWith("500 5.5.2");
        assertThat(client.say("NOOP")).startsWith("250");
    }

    private static String plain(String user, String password) {
        return base64("\0" + user + "\0" + password);
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(UTF_8));
    }

    private static String unbase64(String reply) {
        assertThat(reply).startsWith("334 ");
        return new String(Base64.getDecoder().decode(reply.substring(4)), UTF_8);
    }

    private static String part(String reply, String from) {
        String text = unbase64(reply);
        return text.substring(text.indexOf(from));
    }

    /// A client after RFC 5802, section 3, written from the standard and not from our server.
    private static final class Scram {

        private final String user;
        private final String password;
        private byte[] salted = {};
        private String message = "";

        Scram(String user, String password) {
            this.user = user;
            this.password = password;
        }

        String first() {
            return "n,," + bare();
        }

        private String bare() {
            return "n=" + user + ",r=fyko+d2lbbFgONRv9qkxdawL";
        }

        String last(String challenge) throws Exception {
            String server = unbase64(challenge);
            String[] parts = server.split(",", -1);
            byte[] salt = Base64.getDecoder().decode(parts[1].substring(2));
            int iterations = Integer.parseInt(parts[2].substring(2));
            salted =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(
                                    new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                            .getEncoded();
            String withoutProof = "c=biws," + parts[0];
            message = bare() + "," + server + "," + withoutProof;
            byte[] clientKey = hmac(salted, "Client Key");
            byte[] storedKey = java.security.MessageDigest.getInstance("SHA-256").digest(clientKey);
            byte[] signature = hmac(storedKey, message);
            for (int i = 0; i < clientKey.length; i++) {
                clientKey[i] ^= signature[i];
            }
            return withoutProof + ",p=" + Base64.getEncoder().encodeToString(clientKey);
        }

        String serverSignature() throws Exception {
            return Base64.getEncoder().encodeToString(hmac(hmac(salted, "Server Key"), message));
        }

        private static byte[] hmac(byte[] key, String text) throws Exception {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(text.getBytes(UTF_8));
        }
    }
}
