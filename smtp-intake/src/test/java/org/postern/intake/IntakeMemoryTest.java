package org.postern.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Socket;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.SpoolKeyPair;

/// What a thief of the memory of a process with the role `intake` alone finds there.
@Timeout(value = 5, unit = TimeUnit.MINUTES) // dumps are written and read
class IntakeMemoryTest {

    private static final List<String> CANARIES =
            List.of(
                    "canarysender",
                    "canaryauthor",
                    "canaryrecipient",
                    "canarysubject",
                    "canarybody",
                    "canaryfile",
                    "canaryreference");

    /// Several chunks and buffers long.
    private static final String BODY = "the word is canarybody, again and again;\r\n".repeat(4_000);

    private static final String MESSAGE =
            """
            From: Nurse canaryauthor <canarysender@example.com>\r
            To: canaryrecipient@example.org\r
            Subject: [canarysubject]\r
            References: <canaryreference@example.com>\r
            MIME-Version: 1.0\r
            Content-Type: multipart/mixed; boundary=b\r
            \r
            --b\r
            Content-Type: text/plain\r
            \r
            """
                    + BODY
                    + """
                    --b\r
                    Content-Type: application/pdf; name="canaryfile.pdf"\r
                    Content-Disposition: attachment; filename="canaryfile.pdf"\r
                    \r
                    canarybody\r
                    --b--\r
                    """;

    @TempDir Path folder;

    private IntakeProcess intake;

    @BeforeEach
    void start() throws Exception {
        intake = IntakeProcess.start(folder);
    }

    @AfterEach
    void stop() throws Exception {
        intake.close();
    }

    @Test
    void onceATransactionHasEndedNothingOfItIsInMemory() throws Exception {
        try (SmtpClient client = SmtpClient.overTls(intake.port(), anybody())) {
            client.begin("canarysender@example.com", "canaryrecipient@example.org");
            assertThat(found()).as("while it goes on, the search finds it").isNotEmpty();
            assertThat(client.data(MESSAGE)).startsWith("250");
            assertThat(client.say("QUIT")).startsWith("221");
            assertThat(client.isClosedByServer()).isTrue();
        }

        assertThat(found()).isEmpty();
    }

    @Test
    void nothingIsLeftOfAMessageThatWasRefusedOrBrokenOff() throws Exception {
        try (SmtpClient client = SmtpClient.overTls(intake.port(), anybody())) {
            client.begin("canarysender@example.com", "canaryrecipient@example.org");
            assertThat(client.data(MESSAGE.replace("[canarysubject]", "canarysubject")))
                    .startsWith("550");
            assertThat(client.say("QUIT")).startsWith("221");
        }
        try (SmtpClient client = SmtpClient.overTls(intake.port(), anybody())) {
            client.begin("canarysender@example.com", "canaryrecipient@example.org");
            client.say("DATA");
            client.send(MESSAGE);
        }
        try (SmtpClient client = SmtpClient.overTls(intake.port(), anybody())) {
            assertThat(client.say("QUIT")).startsWith("221");
        }

        assertThat(found()).isEmpty();
    }

    @Test
    void onceItsContextIsDroppedNothingInMemoryOpensWhatIsSpooled() throws Exception {
        try (SmtpClient client = SmtpClient.overTls(intake.port(), anybody())) {
            client.begin("canarysender@example.com", "canaryrecipient@example.org");
            assertThat(client.data(MESSAGE)).startsWith("250");
            assertThat(client.say("QUIT")).startsWith("221");
        }
        List<byte[]> secrets = intake.secrets();
        byte[] exporterSecret = secrets.get(0);
        byte[] contextKey = secrets.get(1);
        SpoolKeyPair spoolKey = SpoolKeyPair.importSecret(1, secrets.get(2));
        byte[] dataKey = new SpoolReader(folder.resolve("spool"), spoolKey).dataKeyOfOnly();

        HeapDump within = HeapDump.of(intake.process(), folder);
        assertThat(within.holds(exporterSecret)).as("within its ten seconds").isTrue();
        assertThat(within.holds(dataKey)).as("a data key goes with its message").isFalse();

        intake.dropContext();
        HeapDump after = HeapDump.of(intake.process(), folder);
        assertThat(after.holds(exporterSecret)).isFalse();
        assertThat(after.holds(contextKey)).isFalse();
        assertThat(after.holds(dataKey)).isFalse();
    }

    private List<String> found() throws Exception {
        HeapDump dump = HeapDump.of(intake.process(), folder);
        return CANARIES.stream().filter(dump::holds).toList();
    }

    /// The other virtual machine has made a certificate of its own.
    private static SSLContext anybody() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, new SecureRandom());
        return context;
    }

    private static final class Anybody extends X509ExtendedTrustManager {

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
