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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.DataKey;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;

class LocalKeystoreTest {

    private static final char[] PASSPHRASE = "correct horse battery staple".toCharArray();
    private static final byte[] CONTEXT = "test".getBytes(US_ASCII);

    private final SecureRandom random = new SecureRandom();

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void nameTheFile() {
        file = folder.resolve("root.key");
    }

    @Test
    void theRootKeyIsKeptAcrossStarts() throws Exception {
        WrappedKey wrapped = open(PASSPHRASE).wrap(DataKey.generate(random), CONTEXT, random);

        assertThat(open(PASSPHRASE).unwrapDataKey(wrapped, CONTEXT)).isNotNull();
    }

    @Test
    void eachKeystoreHasAKeyOfItsOwn() throws Exception {
        WrappedKey wrapped = open(PASSPHRASE).wrap(DataKey.generate(random), CONTEXT, random);
        WrappingKey other =
                LocalKeystore.openOrCreate(folder.resolve("other.key"), PASSPHRASE, random);

        assertThatThrownBy(() -> other.unwrapDataKey(wrapped, CONTEXT))
                .isInstanceOf(OpeningFailedException.class);
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

    private WrappingKey open(char[] passphrase) throws Exception {
        return LocalKeystore.openOrCreate(file, passphrase, random);
    }
}
