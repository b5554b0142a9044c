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
import java.util.Optional;
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

    /// Version n stands at n - 1; the last is the current one. They only ever become more.
    private volatile List<WrappingKey> versions;

    private final Optional<Place> place;
    private final SecureRandom random;

    private LocalKeystore(List<WrappingKey> versions, Optional<Place> place, SecureRandom random) {
        this.versions = List.copyOf(versions);
        this.place = place;
        this.random = random;
    }

    /// A root key of one version that stands in no file: it ends with the process.
    public static LocalKeystore inMemory(SecureRandom random) {
        return new LocalKeystore(
                List.of(WrappingKey.generate(random, 1)), Optional.empty(), random);
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
        return new LocalKeystore(first, Optional.of(new Place(file, passphrase)), random);
    }

    /// Adds a version to the file, and gives the keystore with it. Processes that have it open go
    /// on with the version before, and do not open what is wrapped under the new one: start them
    /// again before anything is re-wrapped.
    public static LocalKeystore rotate(Path file, char[] passphrase, SecureRandom random)
            throws IOException, OpeningFailedException {
        LocalKeystore keystore = open(file, passphrase, random);
        keystore.addVersion(new Place(file, passphrase));
        return keystore;
    }

    /// The file has the new version before anything is wrapped under it. Old versions stay there:
    /// they open backups of the ledger.
    @Override
    public synchronized boolean rotate() {
        try {
            if (place.isPresent()) {
                // Somebody else may have added one.
                versions = open(place.get().file(), place.get().passphrase(), random).versions;
                addVersion(place.get());
            } else {
                versions = withAnother();
            }
            return true;
        } catch (IOException | OpeningFailedException e) {
            throw new KeyProviderAwayException(NAME, "the keystore cannot be written", e);
        }
    }

    private synchronized void addVersion(Place place) throws IOException {
        List<WrappingKey> more = withAnother();
        write(place.file(), place.passphrase(), more, random);
        versions = more;
    }

    private List<WrappingKey> withAnother() {
        List<WrappingKey> more = new ArrayList<>(versions);
        more.add(WrappingKey.generate(random, more.size() + 1));
        return List.copyOf(more);
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
        List<WrappingKey> known = versions;
        if (key.version() > known.size()) {
            throw new OpeningFailedException();
        }
        WrappingKey root = known.get(key.version() - 1);
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
        return new LocalKeystore(versions, Optional.of(new Place(file, passphrase)), random);
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

    /// Where the file is, and what opens it.
    private static final class Place {

        private final Path file;
        private final char[] passphrase;

        Place(Path file, char[] passphrase) {
            this.file = file;
            this.passphrase = passphrase.clone();
        }

        Path file() {
            return file;
        }

        char[] passphrase() {
            return passphrase;
        }
    }
}
