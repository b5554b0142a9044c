package org.postern.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.notifications.dkim.DkimIdentity;
import org.postern.server.cli.CommandLine;
import org.postern.server.cli.Console;
import org.postern.server.cli.DkimKeyFile;
import org.postern.server.embedded.StartRefusedException;

class DkimCommandTest {

    @TempDir private Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ed25519"})
    void theKeyIsForItsOwnerAndTheRecordIsPrinted(String algorithm) throws Exception {
        Path key = folder.resolve("key.pem");

        assertThat(
                        type(
                                "--domain",
                                "Example.com",
                                "--algorithm",
                                algorithm,
                                "--out",
                                key.toString()))
                .isZero();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        DkimIdentity identity =
                DkimKeys.read(List.of(new DkimKeyFile("example.com", "postern", key))).getFirst();
        String printed = out.toString(UTF_8);
        assertThat(printed)
                .contains("postern._domainkey.example.com. IN TXT \"v=DKIM1; k=" + algorithm);
        assertThat(printed.replace("\" \"", "")).contains("\"" + identity.key().record() + "\"");
        assertThat(printed.lines())
                .filteredOn(line -> line.contains("IN TXT"))
                .allMatch(line -> !line.matches(".*\"[^\"]{256,}\".*"));
        assertThat(printed).doesNotContain("PRIVATE");
    }

    @Test
    void anotherKeyIsNotWrittenOver() throws Exception {
        Path key = folder.resolve("key.pem");
        Files.writeString(key, "mine");

        assertThat(type("--domain", "example.com", "--out", key.toString())).isEqualTo(1);

        assertThat(Files.readString(key)).isEqualTo("mine");
        assertThat(err.toString(UTF_8)).contains("is there already");
    }

    @Test
    void aKeyThatIsTooShortOrNoKeyIsRefusedAtTheStart() throws Exception {
        KeyPairGenerator weak = KeyPairGenerator.getInstance("RSA");
        weak.initialize(1024);
        String base64 =
                Base64.getMimeEncoder()
                        .encodeToString(weak.generateKeyPair().getPrivate().getEncoded());
        for (String text :
                List.of(
                        "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n",
                        "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                        "")) {
            Path file = Files.write(folder.resolve("weak.pem"), text.getBytes(US_ASCII));
            assertThatThrownBy(
                            () -> DkimKeys.read(List.of(new DkimKeyFile("example.com", "a", file))))
                    .isInstanceOf(StartRefusedException.class);
        }
        assertThatThrownBy(() ->
                        DkimKeys.read(
                                List.of(
                                        new DkimKeyFile(
                                                "example.com", "a", folder.resolve("none")))))
                .isInstanceOf(StartRefusedException.class);
    }

    @Test
    void twoKeysUnderOneNameAreRefused() throws Exception {
        Path key = folder.resolve("key.pem");
        type("--domain", "example.com", "--algorithm", "ed25519", "--out", key.toString());
        DkimKeyFile file = new DkimKeyFile("example.com", "a", key);

        assertThatThrownBy(() -> DkimKeys.read(List.of(file, file)))
                .isInstanceOf(StartRefusedException.class);
    }

    private int type(String... words) {
        String[] all = new String[words.length + 1];
        all[0] = "dkim";
        System.arraycopy(words, 0, all, 1, words.length);
        return new CommandLine(
                        List.of(new DkimCommand(new SecureRandom())),
                        Map.of(),
                        new Console(
                                new PrintStream(out, true, UTF_8),
                                new PrintStream(err, true, UTF_8)))
                .run(all);
    }
}
