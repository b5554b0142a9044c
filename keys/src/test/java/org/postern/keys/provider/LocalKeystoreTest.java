package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;

class LocalKeystoreTest implements KeyProviderContract {

    private static final char[] PASSPHRASE = "correct horse battery staple".toCharArray();
    private final SecureRandom random = new SecureRandom();

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("root.key");
    }

    @Override
    public KeyProvider provider() throws Exception {
        return open(PASSPHRASE);
    }

    @Override
    public KeyProvider afterRotation() throws Exception {
        LocalKeystore.rotate(file, PASSPHRASE, random);
        return open(PASSPHRASE);
    }

    @Override
    public List<String> credentials() {
        return List.of(new String(PASSPHRASE));
    }

    @Test
    void eachKeystoreHasAKeyOfItsOwn() throws Exception {
        byte[] wrapped = open(PASSPHRASE).wrap(KeyProviderContract.secret(), CONTEXT);

        KeyProviderContract.assertRefused(
                LocalKeystore.openOrCreate(folder.resolve("other.key"), PASSPHRASE, random),
                wrapped,
                CONTEXT);
    }

    @Test
    void whatItWrapsIsAWrappedKeyAsItAlwaysWas() throws Exception {
        WrappingKey root = WrappingKey.generate(random, 1);
        WrappingKey tenantKey = WrappingKey.generate(random, 3);
        byte[] owner = CONTEXT.owner();
        byte[] before = root.wrap(tenantKey, owner, random).toBytes();
        LocalKeystore keystore = open(PASSPHRASE);

        assertThat(keystore.wrap(tenantKey.exportSecret(), CONTEXT)).hasSameSizeAs(before);
        assertThat(new String(owner, 0, 19, US_ASCII)).isEqualTo("postern tenant key\0");
        assertThat(owner).hasSize(19 + 16);
        assertThat(WrapContext.spoolKey(7).owner())
                .isEqualTo("postern spool key\0\0\0\0\0\0\0\0\7".getBytes(US_ASCII));
    }

    @Test
    void aRotationThatIsRefusedChangesNothing() throws Exception {
        open(PASSPHRASE);
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> LocalKeystore.rotate(file, "another".toCharArray(), random))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aWrongPassphraseOpensNothingAndChangesNothing() throws Exception {
        open(PASSPHRASE);
        byte[] before = Files.readAllBytes(file);

        assertThatThrownBy(() -> open("correct horse battery stable".toCharArray()))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(before);
    }

    @Test
    void aDamagedFileIsRefusedAndNeverReplaced() throws Exception {
        open(PASSPHRASE);
        byte[] whole = Files.readAllBytes(file);
        // one byte of each field: magic, salt, version, nonce, sealed key; a derivation takes time
        for (int place : new int[] {0, 4, 20, 24, 36, whole.length - 1}) {
            byte[] damaged = whole.clone();
            damaged[place] ^= 1;
            assertRefused(damaged);
        }
        for (int length : new int[] {0, 3, 19, 20, whole.length - 1}) {
            assertRefused(Arrays.copyOf(whole, length));
        }
        assertRefused(Arrays.copyOf(whole, whole.length + 1));
    }

    @Test
    void onlyItsOwnerMayReadTheFile() throws Exception {
        open(PASSPHRASE);

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void nothingElseIsLeftInTheFolder() throws Exception {
        open(PASSPHRASE);

        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(file);
        }
    }

    @Test
    void thePassphraseIsNotInTheFile() throws Exception {
        open(PASSPHRASE);

        assertThat(new String(Files.readAllBytes(file), US_ASCII))
                .doesNotContain(new String(PASSPHRASE));
    }

    private void assertRefused(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        assertThatThrownBy(() -> open(PASSPHRASE)).isInstanceOf(OpeningFailedException.class);
        assertThat(Files.readAllBytes(file)).isEqualTo(bytes);
    }

    private LocalKeystore open(char[] passphrase) throws Exception {
        return LocalKeystore.openOrCreate(file, passphrase, random);
    }
}
