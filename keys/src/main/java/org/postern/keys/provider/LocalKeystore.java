package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;
import org.postern.crypto.Argon2Cost;
import org.postern.crypto.PassphraseKey;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;

/// The root key in a file, wrapped under a passphrase (docs/format.md, section 4.6): `PSTK` | salt
/// (16) | wrapped key.
public final class LocalKeystore {

    private static final byte[] MAGIC = "PSTK".getBytes(US_ASCII);
    private static final byte[] CONTEXT = "postern root key".getBytes(US_ASCII);
    private static final int SALT_BYTES = 16;
    private static final int VERSION = 1;
    private static final Argon2Cost COST = Argon2Cost.PASSPHRASE;

    private LocalKeystore() {}

    /// Reads the root key, or makes one if there is no file yet.
    ///
    /// @throws OpeningFailedException if the passphrase is wrong or the file was damaged
    /// @throws IOException if the file cannot be read, or a new one cannot be forced to disk
    public static WrappingKey openOrCreate(Path file, char[] passphrase, SecureRandom random)
            throws IOException, OpeningFailedException {
        return Files.exists(file) ? open(file, passphrase) : create(file, passphrase, random);
    }

    private static WrappingKey open(Path file, char[] passphrase)
            throws IOException, OpeningFailedException {
        byte[] bytes = Files.readAllBytes(file);
        int start = MAGIC.length + SALT_BYTES;
        if (bytes.length < start
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new OpeningFailedException();
        }
        byte[] salt = Arrays.copyOfRange(bytes, MAGIC.length, start);
        WrappedKey wrapped = WrappedKey.of(Arrays.copyOfRange(bytes, start, bytes.length));
        return PassphraseKey.derive(passphrase, salt, COST)
                .unwrapWrappingKey(wrapped, CONTEXT, VERSION);
    }

    private static WrappingKey create(Path file, char[] passphrase, SecureRandom random)
            throws IOException {
        WrappingKey root = WrappingKey.generate(random, VERSION);
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        byte[] wrapped =
                PassphraseKey.derive(passphrase, salt, COST).wrap(root, CONTEXT, random).toBytes();
        ByteBuffer bytes =
                ByteBuffer.allocate(MAGIC.length + SALT_BYTES + wrapped.length)
                        .put(MAGIC)
                        .put(salt)
                        .put(wrapped)
                        .flip();
        ForcedFile.write(file, bytes);
        return root;
    }
}
