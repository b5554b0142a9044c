package org.postern.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keys.Role;

class RoleOptionsTest {

    private static final String DATABASE = "--database-url=jdbc:postgresql://db/postern";
    private static final String KEYS = "--keys-url=https://keys.example.net:8443";

    @TempDir Path temporary;

    private final Terminal terminal = new Terminal();
    private final List<UpOptions> started = new ArrayList<>();
    private String identity = "";

    @BeforeEach
    void invite() throws Exception {
        identity =
                "--keys-identity="
                        + Files.writeString(temporary.resolve("door.pem"), "an identity");
    }

    @Test
    void nothingSaidIsEverythingInOneProcessThatNobodyElseAsks() {
        assertThat(up()).isZero();
        RoleOptions roles = started.getFirst().roles();
        assertThat(roles.isAll()).isTrue();
        assertThat(roles.keysPort()).isEmpty();
        assertThat(roles.keysUrl()).isEmpty();
    }

    @Test
    void anIntakeAloneOpensItsOwnPortsAndNeedsNoLedgerAndNoRelay() {
        assertThat(up("--roles=intake", DATABASE, KEYS, identity, "--blobs=/srv/blobs")).isZero();
        UpOptions options = started.getFirst();
        assertThat(options.roles().roles()).containsExactly(Role.INTAKE);
        assertThat(options.roles().keysUrl()).contains(URI.create("https://keys.example.net:8443"));
        assertThat(options.ports())
                .containsOnlyKeys(
                        UpOptions.SMTP_PORT, UpOptions.SMTPS_PORT, UpOptions.MANAGEMENT_PORT);
        assertThat(options.needsLocalPostgres()).isFalse();
        assertThat(options.demo()).isFalse();
    }

    @Test
    void keysAloneNeedNoBlobsAndNoRelayBeyondTheDemo() throws Exception {
        Path passphrase = Files.writeString(temporary.resolve("passphrase"), "correct horse");

        assertThat(up("--roles=keys", "--keys-port=0", "--passphrase-file=" + passphrase)).isZero();
        UpOptions options = started.getFirst();
        assertThat(options.ports())
                .containsOnlyKeys(RoleOptions.KEYS_PORT, UpOptions.MANAGEMENT_PORT);
        assertThat(options.needsLocalPostgres()).isTrue();
    }

    @Test
    void whatIsMissingIsSaid() {
        refuses("\"smtp\" is no role", "--roles=smtp");
        refuses("set --keys-url and --keys-identity", "--roles=intake,worker,portal", DATABASE);
        refuses("set --database-url", "--roles=intake,worker,portal", KEYS, identity);
        refuses("set --blobs", "--roles=intake", DATABASE, KEYS, identity);
        refuses(
                "--keys-identity cannot be read",
                "--roles=intake,worker,portal",
                DATABASE,
                KEYS,
                "--keys-identity=/nowhere/door.pem");
        refuses("wants https://HOST:PORT", "--roles=intake", "--keys-url=http://keys:80");
        refuses("leave --keys-url and --keys-identity out", KEYS);
        refuses(
                "--keys-port is of a process with the role keys",
                "--roles=intake",
                DATABASE,
                KEYS,
                identity,
                "--keys-port=1");
    }

    @Test
    void aDoorMayListenAnywhereWithoutThePassphraseOfKeysThatItHasNot() {
        assertThat(
                        up(
                                "--roles=intake",
                                DATABASE,
                                KEYS,
                                identity,
                                "--blobs=/srv/blobs",
                                "--bind=0.0.0.0"))
                .isZero();
        refuses("the demo listens on this machine only", "--roles=keys", "--bind=0.0.0.0");
    }

    private void refuses(String sentence, String... options) {
        Terminal said = new Terminal();
        assertThat(up(said, options)).isEqualTo(2);
        assertThat(said.err()).contains(sentence);
    }

    private int up(String... options) {
        return up(terminal, options);
    }

    private int up(Terminal at, String... options) {
        List<String> words = new ArrayList<>();
        words.add("up");
        words.add("--data=" + temporary.resolve("data"));
        words.addAll(
                List.of("--smtp-port=0", "--smtps-port=0", "--http-port=0", "--management-port=0"));
        words.addAll(List.of(options));
        Up up =
                new Up((upOptions, folder, console) -> {
                    started.add(upOptions);
                    return 0;
                });
        return at.type(List.of(up), words.toArray(String[]::new));
    }
}
