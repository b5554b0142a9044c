package org.postern.mail.door;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.MacKey;
import org.postern.crypto.Sealer;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolSealer;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.store.SignedSnapshot;
import org.postern.keys.Authority;

/// One process's standing as a door: its signing key, the authority's certificate for it, and the
/// newest snapshot. All of it lies on this machine's disk, so that a cold start needs no database.
/// Thread-safe.
public final class Door {

    /// What a snapshot's signature is made for.
    public static final String SNAPSHOT_PURPOSE = Authority.SNAPSHOT;

    private static final String INSTANCE_KEY = "instance.key";
    private static final String INSTANCE_NAME = "instance.name";
    private static final String LOOP_KEY = "loop.key";
    private static final String RETURN_KEYS = "return.keys";
    private static final String CERTIFICATE = "instance.cert";
    private static final String AUTHORITY = "authority.pub";
    private static final String SNAPSHOT = "snapshot.signed";
    private static final int KEY_BYTES = 32;

    private final DoorFolder folder;
    private final SigningKey instanceKey;
    private final String instance;
    private final MacKey loopKey;
    private final Clock clock;
    private final SecureRandom random;
    private final AtomicReference<@Nullable Standing> standing = new AtomicReference<>();
    private volatile List<MacKey> returnKeys = List.of();

    private Door(
            DoorFolder folder,
            SigningKey instanceKey,
            String instance,
            MacKey loopKey,
            Clock clock,
            SecureRandom random) {
        this.folder = folder;
        this.instanceKey = instanceKey;
        this.instance = instance;
        this.loopKey = loopKey;
        this.clock = clock;
        this.random = random;
    }

    /// Opens the door kept in `folder`, making its signing key the first time.
    ///
    /// @throws IOException if the folder cannot be used, or what it holds was damaged
    public static Door open(Path folder, Clock clock, SecureRandom random) throws IOException {
        return open(folder, Optional.empty(), clock, random);
    }

    /// The same for a door that is given its name the first time; a name that it has stays.
    ///
    /// @throws IOException if the folder cannot be used, or what it holds was damaged
    public static Door open(Path folder, Optional<String> given, Clock clock, SecureRandom random)
            throws IOException {
        DoorFolder files = new DoorFolder(folder);
        Optional<byte[]> seed = files.read(INSTANCE_KEY);
        SigningKey key =
                seed.map(SigningKey::importSecret).orElseGet(() -> SigningKey.generate(random));
        if (seed.isEmpty()) {
            // The name first: a key without one would be refused at every later start.
            files.write(
                    INSTANCE_NAME,
                    given.orElseGet(() -> new UuidV7(clock, random).next().toString())
                            .getBytes(UTF_8));
            files.write(INSTANCE_KEY, key.exportSecret());
        }
        String name =
                new String(
                        files.read(INSTANCE_NAME)
                                .orElseThrow(() ->
                                        new IOException(
                                                "the door's folder has lost its instance.name")),
                        UTF_8);
        Optional<byte[]> loopSecret = files.read(LOOP_KEY);
        MacKey loopKey =
                loopSecret.map(MacKey::importSecret).orElseGet(() -> MacKey.generate(random));
        if (loopSecret.isEmpty()) {
            files.write(LOOP_KEY, loopKey.exportSecret());
        }
        Door door = new Door(files, key, name, loopKey, clock, random);
        door.load();
        return door;
    }

    /// The name this instance seals under.
    public String instance() {
        return instance;
    }

    /// By which mail of ours is known when a gateway routes it back.
    public MacKey loopKey() {
        return loopKey;
    }

    /// By which mail of ours is known when it comes back, the newest first; none until the
    /// authority was asked.
    public List<MacKey> returnKeys() {
        return returnKeys;
    }

    /// Takes on the key by which mail that leaves now is known when it comes back. The one before
    /// it stays: mail that left under it is still on its way.
    ///
    /// @throws IOException if it cannot be kept
    public synchronized void updateReturnKey(MacKey newest) throws IOException {
        if (returnKeys.isEmpty() || !returnKeys.getFirst().equals(newest)) {
            List<MacKey> keys =
                    Stream.concat(Stream.of(newest), returnKeys.stream().limit(1)).toList();
            ByteBuffer bytes = ByteBuffer.allocate(keys.size() * KEY_BYTES);
            keys.forEach(key -> bytes.put(key.exportSecret()));
            folder.write(RETURN_KEYS, bytes.array());
            returnKeys = keys;
        }
    }

    private static List<MacKey> returnKeys(byte[] kept) {
        return IntStream.range(0, kept.length / KEY_BYTES)
                .mapToObj(i ->
                        MacKey.importSecret(
                                Arrays.copyOfRange(kept, i * KEY_BYTES, (i + 1) * KEY_BYTES)))
                .toList();
    }

    /// The key for which the authority's certificate is asked.
    public PublicKey32 instancePublicKey() {
        return instanceKey.publicKey();
    }

    /// What this door works from now, if it ever heard from the authority.
    public Optional<Standing> standing() {
        return Optional.ofNullable(standing.get());
    }

    /// The same, for work that needs it.
    ///
    /// @throws NotReadyException if snapshot or certificate are missing, too old or not valid yet
    public Standing requireStanding() throws NotReadyException {
        Standing now = standing().orElseThrow(() -> new NotReadyException("no snapshot"));
        Instant instant = clock.instant();
        if (instant.isAfter(now.snapshot().validUntil())) {
            throw new NotReadyException("snapshot too old");
        }
        if (instant.isAfter(now.certificate().notAfter())) {
            throw new NotReadyException("certificate too old");
        }
        // A clock set back: what is sealed now would never be admitted.
        if (instant.isBefore(now.certificate().notBefore())) {
            throw new NotReadyException("certificate not valid yet");
        }
        return now;
    }

    /// Takes on what the authority says, and keeps it for the next start. An authority once known
    /// is never exchanged: its keys may be followed by others that they vouch for, however many
    /// since this door last heard of it. A snapshot that is older, or signed by an older key, is
    /// ignored.
    ///
    /// @throws OpeningFailedException if a signature does not verify
    /// @throws IOException if it cannot be kept
    public synchronized void update(
            Succession authority, InstanceCertificate certificate, SignedSnapshot signed)
            throws OpeningFailedException, IOException {
        @Nullable Standing before = standing.get();
        if (before != null && !authority.continues(before.authority())) {
            throw new OpeningFailedException();
        }
        if (before != null
                && before.snapshot().number() >= signed.number()
                && before.certificate().equals(certificate)
                && before.authority().equals(authority)) {
            return;
        }
        SignedSnapshot newest =
                before != null
                                && (before.snapshot().number() > signed.number()
                                        || signer(authority, before.signed())
                                                > signer(authority, signed))
                        ? before.signed()
                        : signed;
        Standing next = verified(authority, certificate, newest, before);
        folder.write(AUTHORITY, authority.encode());
        folder.write(CERTIFICATE, certificate.encode());
        folder.write(SNAPSHOT, encode(newest));
        standing.set(next);
    }

    private void load() throws IOException {
        returnKeys = folder.read(RETURN_KEYS).map(Door::returnKeys).orElse(List.of());
        Optional<byte[]> authority = folder.read(AUTHORITY);
        Optional<byte[]> certificate = folder.read(CERTIFICATE);
        Optional<byte[]> snapshot = folder.read(SNAPSHOT);
        if (authority.isEmpty() || certificate.isEmpty() || snapshot.isEmpty()) {
            return;
        }
        try {
            standing.set(
                    verified(
                            authority(authority.get()),
                            InstanceCertificate.parse(certificate.get()),
                            decode(snapshot.get()),
                            null));
        } catch (OpeningFailedException e) {
            throw new IOException("the door's folder holds files that nobody signed", e);
        }
    }

    private Standing verified(
            Succession authority,
            InstanceCertificate certificate,
            SignedSnapshot signed,
            @Nullable Standing before)
            throws OpeningFailedException {
        signer(authority, signed);
        Snapshot snapshot = Snapshot.decode(signed.document());
        if (snapshot.number() != signed.number()
                || !certificate.key().equals(instanceKey.publicKey())
                || !certificate.instance().equals(instance)) {
            throw new OpeningFailedException();
        }
        certificate.verify(authority, certificate.notBefore());
        SpoolSealer spoolSealer =
                before != null && before.snapshot().spoolKeyId() == snapshot.spoolKeyId()
                        ? before.spoolSealer()
                        : new SpoolSealer(snapshot.spoolPublicKey(), clock, random);
        return new Standing(
                snapshot,
                signed,
                certificate,
                authority,
                new Sealer(instanceKey, spoolSealer, random),
                spoolSealer);
    }

    private static int signer(Succession authority, SignedSnapshot signed)
            throws OpeningFailedException {
        return authority.signer(SNAPSHOT_PURPOSE, signed.document(), signed.signature());
    }

    /// Releases before the authority's key could change kept that key alone.
    private static Succession authority(byte[] kept) throws OpeningFailedException {
        return kept.length == KEY_BYTES
                ? Succession.of(PublicKey32.of(kept))
                : Succession.parse(kept);
    }

    private static byte[] encode(SignedSnapshot signed) {
        byte[] document = signed.document();
        return ByteBuffer.allocate(Long.BYTES + 64 + document.length)
                .putLong(signed.number())
                .put(signed.signature().toBytes())
                .put(document)
                .array();
    }

    private static SignedSnapshot decode(byte[] bytes) throws OpeningFailedException {
        if (bytes.length < Long.BYTES + 64) {
            throw new OpeningFailedException();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        long number = buffer.getLong();
        byte[] signature = new byte[64];
        buffer.get(signature);
        byte[] document = new byte[buffer.remaining()];
        buffer.get(document);
        return new SignedSnapshot(number, document, Signature64.of(signature));
    }

    /// What a door works from.
    ///
    /// @param certificate of this instance, stored with every object it seals
    /// @param sealer for this instance and the snapshot's spool key
    public record Standing(
            Snapshot snapshot,
            SignedSnapshot signed,
            InstanceCertificate certificate,
            Succession authority,
            Sealer sealer,
            SpoolSealer spoolSealer) {}
}
