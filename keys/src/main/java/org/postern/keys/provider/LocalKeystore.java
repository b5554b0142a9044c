package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.postern.crypto.Argon2Cost;
import org.postern.crypto.PassphraseKey;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;

/// The root key in a file, wrapped under a passphrase (docs/format.md, section 4.6): `PSTK` | salt
/// (16) | one wrapped key for each version.
public final class LocalKeystore implements KeyProvider {

    /// What it is called.
    public static final String NAME = "local";

    private static final byte[] MAGIC = "PSTK".getBytes(US_ASCII);
    private static final byte[] CONTEXT = "postern root key".getBytes(US_ASCII);
    private static final int SALT_BYTES = 16;
    private static final int START = MAGIC.length + SALT_BYTES;
    private static final int WRAPPED_BYTES = 64;
    private static final Argon2Cost COST = Argon2Cost.PASSPHRASE;

    /// Version n stands at n - 1; the last is the current one.
    private final List<WrappingKey> versions;

    private final SecureRandom random;

    private LocalKeystore(List<WrappingKey> versions, SecureRandom random) {
        this.versions = List.copyOf(versions);
        this.random = random;
    }

    /// A root key of one version that stands in no file: it ends with the process.
    public static LocalKeystore inMemory(SecureRandom random) {
        return new LocalKeystore(List.of(WrappingKey.generate(random, 1)), random);
    }

    /// Reads the root key, or makes one if there is no file yet.
    ///
    /// @throws OpeningFailedException if the passphrase is wrong or the file was damaged
    /// @throws IOException if the file cannot be read, or a new one cannot be forced to disk
    public static LocalKeystore openOrCreate(Path file, char[] passphrase, SecureRandom random)
            throws IOException, OpeningFailedException {
        if (Files.exists(file)) {
            return open(file, passphrase, random);
        }
        List<WrappingKey> first = List.of(WrappingKey.generate(random, 1));
        write(file, passphrase, first, random);
        return new LocalKeystore(first, random);
    }

    /// Adds a version to the file, and gives the keystore with it. Processes that have it open go
    /// on with the version before, and do not open what is wrapped under the new one: start them
    /// again before anything is re-wrapped.
    public static LocalKeystore rotate(Path file, char[] passphrase, SecureRandom random)
            throws IOException, OpeningFailedException {
        List<WrappingKey> versions = new ArrayList<>(open(file, passphrase, random).versions);
        versions.add(WrappingKey.generate(random, versions.size() + 1));
        write(file, passphrase, versions, random);
        return new LocalKeystore(versions, random);
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] wrap(byte[] secret, WrapContext context) {
        WrappingKey root = versions.getLast();
        byte[] owner = context.owner();
        WrappedKey wrapped =
                switch (context.purpose()) {
                    case TENANT_KEY ->
                            root.wrap(
                                    WrappingKey.importSecret(secret, version(context)),
                                    owner,
                                    random);
                    case SPOOL_KEY ->
                            root.wrap(
                                    SpoolKeyPair.importSecret(context.number(), secret),
                                    owner,
                                    random);
                    case SIGNING_KEY -> root.wrap(SigningKey.importSecret(secret), owner, random);
                };
        return wrapped.toBytes();
    }

    @Override
    public byte[] unwrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        WrappedKey key = WrappedKey.of(wrapped);
        if (key.version() > versions.size()) {
            throw new OpeningFailedException();
        }
        WrappingKey root = versions.get(key.version() - 1);
        byte[] owner = context.owner();
        return switch (context.purpose()) {
            case TENANT_KEY -> root.unwrapWrappingKey(key, owner, version(context)).exportSecret();
            case SPOOL_KEY -> root.unwrapSpoolKeyPair(key, owner, context.number()).exportSecret();
            case SIGNING_KEY -> root.unwrapSigningKey(key, owner).exportSecret();
        };
    }

    @Override
    public String currentVersion() {
        return Integer.toString(versions.size());
    }

    @Override
    public String versionOf(byte[] wrapped) throws OpeningFailedException {
        return Integer.toString(WrappedKey.of(wrapped).version());
    }

    private static int version(WrapContext context) {
        return Math.toIntExact(context.number());
    }

    private static LocalKeystore open(Path file, char[] passphrase, SecureRandom random)
            throws IOException, OpeningFailedException {
        byte[] bytes = Files.readAllBytes(file);
        if (bytes.length < START + WRAPPED_BYTES
                || (bytes.length - START) % WRAPPED_BYTES != 0
                || !Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length)) {
            throw new OpeningFailedException();
        }
        WrappingKey key =
                PassphraseKey.derive(
                        passphrase, Arrays.copyOfRange(bytes, MAGIC.length, START), COST);
        List<WrappingKey> versions = new ArrayList<>();
        for (int start = START; start < bytes.length; start += WRAPPED_BYTES) {
            WrappedKey wrapped =
                    WrappedKey.of(Arrays.copyOfRange(bytes, start, start + WRAPPED_BYTES));
            versions.add(key.unwrapWrappingKey(wrapped, CONTEXT, versions.size() + 1));
        }
        return new LocalKeystore(versions, random);
    }

    private static void write(
            Path file, char[] passphrase, List<WrappingKey> versions, SecureRandom random)
            throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        WrappingKey key = PassphraseKey.derive(passphrase, salt, COST);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        whole.writeBytes(MAGIC);
        whole.writeBytes(salt);
        for (WrappingKey version : versions) {
            whole.writeBytes(key.wrap(version, CONTEXT, random).toBytes());
        }
        ByteBuffer bytes = ByteBuffer.wrap(whole.toByteArray());
        ForcedFile.write(file, bytes);
    }

    @Override
    public String toString() {
        return "LocalKeystore[" + versions.size() + " versions]";
    }
}
