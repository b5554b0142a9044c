package org.postern.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.keys.provider.Pkcs11Slot;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.StartRefusedException;

class UpTest {

    @TempDir Path temporary;

    private final Terminal terminal = new Terminal();
    private final List<UpOptions> started = new ArrayList<>();

    @Test
    void everyOptionReachesTheHouse() throws Exception {
        Path passphrase = Files.writeString(temporary.resolve("passphrase"), "correct horse");
        int status =
                up(
                        "--smtp-port=0",
                        "--smtps-port=0",
                        "--http-port=0",
                        "--management-port=0",
                        "--relay=[::1]:25",
                        "--database-url=jdbc:postgresql://db/postern?password=hidden",
                        "--ledger-url=jdbc:postgresql://db/postern_keys",
                        "--passphrase-file=" + passphrase,
                        "--trusted-proxy=10.0.0.0/8",
                        "--bind=0.0.0.0");

        assertThat(status).isZero();
        assertThat(started).hasSize(1);
        UpOptions options = started.getFirst();
        assertThat(options.data()).isEqualTo(data());
        assertThat(options.relays()).containsExactly(new HostAndPort("::1", 25));
        assertThat(options.databaseUrl()).contains("jdbc:postgresql://db/postern?password=hidden");
        assertThat(options.ledgerUrl()).contains("jdbc:postgresql://db/postern_keys");
        assertThat(options.passphraseFile()).contains(passphrase);
        assertThat(options.bind()).isEqualTo(InetAddress.ofLiteral("0.0.0.0"));
        assertThat(options.trustedProxy().map(AddressRange::toString)).contains("10.0.0.0/8");
        assertThat(options.demo()).isFalse();
        assertThat(options.outbox()).isFalse();
        assertThat(options.needsLocalPostgres()).isFalse();
        assertThat(options.toString()).doesNotContain("hidden");
    }

    @Test
    void severalRelaysAreNamedOneByOneOrInOneValue() {
        String[] ports = {
            "--smtp-port=0", "--smtps-port=0", "--http-port=0", "--management-port=0"
        };
        up(
                Stream.concat(
                                Stream.of(ports),
                                Stream.of("--relay", "one.example:25", "--relay", "[::1]:587"))
                        .toArray(String[]::new));
        up(
                Stream.concat(Stream.of(ports), Stream.of("--relay=one.example:25, [::1]:587"))
                        .toArray(String[]::new));

        assertThat(started)
                .hasSize(2)
                .allSatisfy(options ->
                        assertThat(options.relays())
                                .containsExactly(
                                        new HostAndPort("one.example", 25),
                                        new HostAndPort("::1", 587)));
        assertThat(up("--relay=one.example:25", "--relay=one.example:25")).isEqualTo(2);
        assertThat(up("--relay=one.example:25,")).isEqualTo(2);
    }

    @Test
    void nothingSaidIsTheDemoOnLoopback() {
        assertThat(up("--smtp-port=0", "--smtps-port=0", "--http-port=0", "--management-port=0"))
                .isZero();
        UpOptions options = started.getFirst();
        assertThat(options.bind().isLoopbackAddress()).isTrue();
        assertThat(options.host()).isEqualTo("localhost");
        assertThat(options.demo()).isTrue();
        assertThat(options.outbox()).isTrue();
        assertThat(options.needsLocalPostgres()).isTrue();
        assertThat(options.relays()).isEmpty();
    }

    @Test
    void aServiceForTextMessagesReachesTheHouseAndIsNotPrinted() throws Exception {
        Path token = Files.writeString(temporary.resolve("token"), "secret");
        assertThat(
                        demo(
                                "--text-messages-url=https://sms.example/send?key=hidden",
                                "--text-messages-token-file=" + token,
                                "--text-messages-from=Clinic"))
                .isZero();
        UpOptions options = started.getFirst();
        assertThat(options.textMessages())
                .contains(
                        new TextMessageOptions(
                                URI.create("https://sms.example/send?key=hidden"),
                                token,
                                Optional.of("Clinic")));
        assertThat(options.textMessages().toString()).doesNotContain("hidden");
    }

    @Test
    void aServiceForTextMessagesThatMakesNoSenseIsSaidByItsOption() throws Exception {
        String token =
                "--text-messages-token-file="
                        + Files.writeString(temporary.resolve("token"), "secret");
        String url = "--text-messages-url=https://sms.example/send";

        refusedDemo(
                "--text-messages-url wants https",
                token,
                "--text-messages-url=http://sms.example/");
        refusedDemo("--text-messages-url wants https", token, "--text-messages-url=sms.example");
        refusedDemo("set --text-messages-token-file", url);
        refusedDemo(
                "--text-messages-token-file cannot be read",
                url,
                "--text-messages-token-file=nowhere");
        refusedDemo("set --text-messages-url too", token);
        refusedDemo("set --text-messages-url too", "--text-messages-from=Clinic");
        assertThat(demo("--text-messages-url=http://127.0.0.1:9/send", token)).isZero();
    }

    private void refusedDemo(String sentence, String... words) {
        assertThat(demo(words)).isNotZero();
        assertThat(terminal.err()).contains(sentence);
        assertThat(started).isEmpty();
    }

    private int demo(String... words) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "--smtp-port=0",
                                "--smtps-port=0",
                                "--http-port=0",
                                "--management-port=0"));
        all.addAll(List.of(words));
        return up(all.toArray(String[]::new));
    }

    @Test
    void aPortInUseIsSaidWithTheOptionThatChangesIt() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            int port = other.getLocalPort();
            int status =
                    up(
                            "--smtp-port=0",
                            "--smtps-port=" + port,
                            "--http-port=0",
                            "--management-port=0");

            assertThat(status).isEqualTo(1);
            assertThat(terminal.err())
                    .isEqualTo(
                            "postern: port %d (--smtps-port) is in use by another program. Stop it or choose another with --smtps-port.\n"
                                    .formatted(port));
            assertThat(started).isEmpty();
        }
    }

    @Test
    void anAddressOfAnotherMachineIsSaid() throws Exception {
        Path passphrase = Files.writeString(temporary.resolve("passphrase"), "correct horse");
        // 192.0.2.0/24 is nobody's (RFC 5737)
        int status =
                up(
                        "--bind=192.0.2.1",
                        "--passphrase-file=" + passphrase,
                        "--relay=localhost:25",
                        "--trusted-proxy=10.0.0.1");

        assertThat(status).isEqualTo(1);
        assertThat(terminal.err())
                .isEqualTo(
                        "postern: 192.0.2.1 (--bind) is not an address of this machine. Choose"
                                + " another with --bind.\n");
    }

    @Test
    void beyondTheDemoNoticesNeedARelay() throws Exception {
        Path passphrase = Files.writeString(temporary.resolve("passphrase"), "correct horse");
        assertThat(up("--passphrase-file=" + passphrase)).isEqualTo(2);
        assertThat(terminal.err())
                .isEqualTo(
                        "postern: with --passphrase-file or --key-provider this is no demo, and"
                                + " its notices have to go somewhere: set --relay.\n");
    }

    @Test
    void aKeyProviderElsewhereIsNoDemoAndReachesTheHouse() throws Exception {
        Path token = Files.writeString(temporary.resolve("token"), "hidden");
        String[] vault = {
            "--smtp-port=0",
            "--smtps-port=0",
            "--http-port=0",
            "--management-port=0",
            "--key-provider=vault",
            "--vault-url=https://vault.example.org:8200",
            "--vault-token-file=" + token,
            "--vault-key=postern-root"
        };
        assertThat(up(vault)).isEqualTo(2);
        assertThat(terminal.err()).contains("set --relay");

        String[] relayed = Arrays.copyOf(vault, vault.length + 1);
        relayed[vault.length] = "--relay=localhost:25";
        assertThat(up(relayed)).isZero();
        assertThat(started.getFirst().demo()).isFalse();
        assertThat(started.getFirst().keyProvider())
                .isEqualTo(
                        new KeyProviderOptions.Vault(
                                URI.create("https://vault.example.org:8200"),
                                token,
                                "postern-root",
                                Optional.empty()));
    }

    @Test
    void labelsAndArnsAreListsOfWhichTheFirstWraps() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "5678");
        assertThat(
                        up(
                                "--smtp-port=0",
                                "--smtps-port=0",
                                "--http-port=0",
                                "--management-port=0",
                                "--relay=localhost:25",
                                "--key-provider=pkcs11",
                                "--pkcs11-library=" + file,
                                "--pkcs11-slot=1855147119",
                                "--pkcs11-pin-file=" + file,
                                "--pkcs11-keys=postern-2027, postern-2026"))
                .isZero();
        assertThat(started.getFirst().keyProvider())
                .isEqualTo(
                        new KeyProviderOptions.Pkcs11(
                                file,
                                new Pkcs11Slot.Numbered(1855147119L),
                                file,
                                List.of("postern-2027", "postern-2026")));
    }

    @Test
    void aTokenMayBeNamedByItsLabel() throws Exception {
        Path file = Files.writeString(temporary.resolve("file"), "5678");
        assertThat(
                        up(
                                "--smtp-port=0",
                                "--smtps-port=0",
                                "--http-port=0",
                                "--management-port=0",
                                "--relay=localhost:25",
                                "--key-provider=pkcs11",
                                "--pkcs11-library=" + file,
                                "--pkcs11-token-label=Postern HSM",
                                "--pkcs11-pin-file=" + file,
                                "--pkcs11-keys=postern-2027"))
                .isZero();
        assertThat(started.getFirst().keyProvider())
                .isEqualTo(
                        new KeyProviderOptions.Pkcs11(
                                file,
                                new Pkcs11Slot.Labelled("Postern HSM"),
                                file,
                                List.of("postern-2027")));
    }

    @Test
    void aSecondStartOnTheSameFolderIsToldWhoRuns() throws Exception {
        try (var _ = DataFolder.open(data())) {
            assertThat(up("--smtp-port=0")).isEqualTo(1);
        }
        assertThat(terminal.err())
                .contains("is in use by another Postern (process ")
                .endsWith("Stop it or choose another folder with --data.\n");
        assertThat(started).isEmpty();
    }

    @Test
    void theFolderIsFreeAgainWhenTheHouseRefusesToStart() throws Exception {
        var refusing =
                new Up((options, folder, console) -> {
                    throw new StartRefusedException("the keystore is damaged.");
                });
        String[] words = {
            "up",
            "--data=" + data(),
            "--smtp-port=0",
            "--smtps-port=0",
            "--http-port=0",
            "--management-port=0"
        };
        assertThat(terminal.type(List.of(refusing), words)).isEqualTo(1);
        assertThat(terminal.err()).isEqualTo("postern: the keystore is damaged.\n");
        DataFolder.open(data()).close();
    }

    private int up(String... options) {
        var words = new ArrayList<String>();
        words.add("up");
        words.add("--data=" + data());
        words.addAll(List.of(options));
        var up =
                new Up((upOptions, folder, console) -> {
                    started.add(upOptions);
                    return 0;
                });
        return terminal.type(List.of(up), words.toArray(String[]::new));
    }

    private Path data() {
        return temporary.resolve("data");
    }
}
