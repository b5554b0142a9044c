package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.Slot;

/// Writes the vectors of docs/format.md, section 9; run it again and the same bytes come out.
///
/// `VectorsTest` compares what it makes with the files, so a change of the format cannot go unseen.
final class VectorGenerator {

    /// The vector that docs/format.md shows byte by byte.
    static final String EXAMPLE = "2.3-example";

    private static final int CHUNK = BodyCipher.CHUNK_BYTES;
    private static final int SEALED_CHUNK = BodyCipher.SEALED_CHUNK_BYTES;

    /// Where fields lie in an object of [VectorScene#INSTANCE].
    private static final int TYPE_AT = 7;

    private static final int TENANT_AT = 8;
    private static final int OBJECT_AT = 24;
    private static final int CREATED_AT = 40;
    private static final int LENGTH_AT = 48;
    private static final int INSTANCE_AT = 50;
    private static final int FLAGS_AT = INSTANCE_AT + VectorScene.INSTANCE.length();
    private static final int SEAL_AT = FLAGS_AT + 1;
    private static final int SLOT_HASH_AT = SEAL_AT + 64;
    private static final int SALT_AT = SLOT_HASH_AT + 32;
    private static final int COMMITMENT_AT = SALT_AT + 24;
    private static final int BODY_AT = COMMITMENT_AT + 32;

    private final SequencedMap<String, byte[]> files = new TreeMap<>();

    private VectorGenerator() {}

    /// Writes into the directory that is its one argument.
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        Files.createDirectories(directory);
        for (var file : all().entrySet()) {
            Files.write(directory.resolve(file.getKey()), file.getValue());
        }
    }

    /// Contents by file name, in order of the names.
    static SequencedMap<String, byte[]> all() throws IOException {
        var generator = new VectorGenerator();
        generator.wholeObjects();
        generator.headers();
        generator.seals();
        generator.certificates();
        generator.spoolSlots();
        generator.slots();
        generator.draftSlots();
        generator.commitments();
        generator.chunks();
        ValueVectors.addTo(generator.files);
        return generator.files;
    }

    private void add(String name, String expect, String comment, VectorScene scene) {
        if (files.put(name + ".vector", scene.file(expect, comment).encode()) != null) {
            throw new IllegalStateException("two vectors are called " + name);
        }
    }

    private static VectorScene mail(String seed) throws IOException {
        return new VectorScene(seed, ObjectType.RAW_MAIL, VectorScene.INSTANCE, 40, 1);
    }

    /// Spoils bytes of the stored object and nothing else.
    private void changed(String name, String comment, Consumer<byte[]> change) throws IOException {
        VectorScene scene = mail(name);
        change.accept(scene.stored);
        add(name, "header failure", comment, scene);
    }

    private void wholeObjects() throws IOException {
        byte[] letter = "Subject: Tuesday\r\n\r\nAt ten, by the gate.\r\n".getBytes(US_ASCII);
        var example = new VectorScene(EXAMPLE, ObjectType.RAW_MAIL, "intake-1", letter, 1);
        add(EXAMPLE, "success", "the example of the text", example);
        for (int length : new int[] {0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK}) {
            String name = "5.2-length-%05d".formatted(length);
            add(name, "success", length + " bytes", whole(name, ObjectType.RAW_MAIL, length, 1));
        }
        for (int recipients : new int[] {1, 2, 1000}) {
            String name = "4.3-recipients-%04d".formatted(recipients);
            VectorScene scene = whole(name, ObjectType.RAW_MAIL, 40, recipients);
            add(name, "success", "one object and " + recipients + " slots", scene);
        }
        for (ObjectType type : ObjectType.values()) {
            String name = "3.1-type-" + type.code();
            int recipients = type == ObjectType.DRAFT_PART ? 0 : 1;
            add(name, "success", "type " + type.code(), whole(name, type, 20_000, recipients));
        }
        for (String instance : new String[] {"p", "Az09._-".repeat(10).substring(0, 64)}) {
            String name = "3.1-instance-of-" + instance.length();
            var scene = new VectorScene(name, ObjectType.RAW_MAIL, instance, 40, 1);
            add(name, "success", "instance id of " + instance.length(), scene);
        }
    }

    private static VectorScene whole(String seed, ObjectType type, int length, int recipients)
            throws IOException {
        return new VectorScene(seed, type, VectorScene.INSTANCE, length, recipients);
    }

    private void headers() throws IOException {
        changed("3.1-magic", "another magic", object -> object[3] ^= 1);
        changed("3.1-format-0", "format 0", object -> object[4] = 0);
        changed("3.1-format-2", "format 2", object -> object[4] = 2);
        changed("3.1-suite-0000", "suite 0", object -> object[6] = 0);
        changed("3.1-suite-0002", "a suite that is only reserved", object -> object[6] = 2);
        changed("3.1-suite-ff01", "a suite for tests", object -> object[5] = (byte) 0xff);
        changed("3.1-type-unknown-0", "type 0", object -> object[TYPE_AT] = 0);
        changed("3.1-type-unknown-4", "type 4", object -> object[TYPE_AT] = 4);
        changed("3.1-type-flipped", "type 3 for type 1", object -> object[TYPE_AT] = 3);
        changed("3.1-tenant-flipped", "a bit of the tenant", object -> object[TENANT_AT + 9] ^= 4);
        changed("3.1-object-flipped", "a bit of the id", object -> object[OBJECT_AT + 15] ^= 1);
        changed("3.1-created-flipped", "a millisecond", object -> object[CREATED_AT + 7] ^= 1);
        changed("3.1-created-49-bits", "a time too late", object -> object[CREATED_AT + 1] = 1);
        changed("3.1-created-negative", "a time below 0", object -> object[CREATED_AT] = -1);
        changed("3.1-length-0", "no instance id", object -> object[LENGTH_AT + 1] = 0);
        changed("3.1-length-7", "a length of 7 for 8", object -> object[LENGTH_AT + 1] = 7);
        changed("3.1-length-9", "a length of 9 for 8", object -> object[LENGTH_AT + 1] = 9);
        changed("3.1-length-65", "a length above 64", object -> object[LENGTH_AT + 1] = 65);
        changed("3.1-length-ff08", "a high byte", object -> object[LENGTH_AT] = (byte) 0xff);
        changed("3.1-instance-flipped", "another instance", object -> object[INSTANCE_AT] ^= 1);
        changed("3.1-instance-space", "a space in the id", object -> object[INSTANCE_AT] = ' ');
        changed("3.1-instance-8-bit", "a byte of 8 bits", object -> object[INSTANCE_AT] = -23);
        changed("3.1-flags", "a flag", object -> object[FLAGS_AT] = 1);
        int[] cuts = {0, 1, 4, LENGTH_AT + 1, FLAGS_AT, SEAL_AT, SALT_AT, BODY_AT - 1};
        for (int length : cuts) {
            VectorScene scene = mail("3.1-cut-at-%03d".formatted(length));
            scene.stored = Arrays.copyOf(scene.stored, length);
            add("3.1-cut-at-%03d".formatted(length), "header failure", "only its start", scene);
        }
        VectorScene tenant = mail("3.1-other-tenant");
        tenant.expectedTenant = tenant.newId();
        add("3.1-other-tenant", "header failure", "asked for as another tenant's", tenant);
        VectorScene object = mail("3.1-other-object");
        object.expectedObject = object.newId();
        add("3.1-other-object", "header failure", "asked for under another id", object);
        VectorScene anew = mail("3.1-changed-and-sealed-anew");
        anew.header = anew.laterHeader();
        anew.sealAnew();
        add("3.1-changed-and-sealed-anew", "no match", "another time; the slots are of H", anew);
    }

    private void seals() throws IOException {
        changed("3.2-seal-flipped", "a bit of the seal", object -> object[SEAL_AT + 5] ^= 1);
        changed("3.2-seal-s-flipped", "a bit of its S", object -> object[SEAL_AT + 40] ^= 1);
        changed("3.2-slot-hash", "a bit of the slot hash", object -> object[SLOT_HASH_AT] ^= 1);
        changed("3.2-salt", "a bit of the salt", object -> object[SALT_AT] ^= 1);
        changed("3.2-commitment", "a bit of the commitment", object -> object[COMMITMENT_AT] ^= 1);
        changed(
                "3.2-seal-of-zeros",
                "no seal",
                object -> Arrays.fill(object, SEAL_AT, SLOT_HASH_AT, (byte) 0));
        VectorScene slot = mail("3.2-other-slot");
        slot.spoolSlot = slot.sealToSpool(slot.header);
        add("3.2-other-slot", "header failure", "another slot for the same key", slot);
        VectorScene key = mail("3.2-other-instance-key");
        key.instanceKey = SigningKey.generate(key.random);
        key.sealAnew();
        add("3.2-other-instance-key", "header failure", "a key that is not certified", key);
        VectorScene purpose = mail("3.2-other-purpose");
        byte[] signed =
                new Bytes()
                        .add(purpose.header.hash())
                        .add(Arrays.copyOfRange(purpose.stored, SALT_AT, BODY_AT))
                        .add(Arrays.copyOfRange(purpose.stored, SLOT_HASH_AT, SALT_AT))
                        .toArray();
        byte[] seal = purpose.instanceKey.sign("postern instance", signed).toBytes();
        System.arraycopy(seal, 0, purpose.stored, SEAL_AT, seal.length);
        add("3.2-other-purpose", "header failure", "the right bytes, another purpose", purpose);
    }

    private void certificates() throws IOException {
        var now = VectorScene.NOW;
        VectorScene scene = mail("3.3-expired");
        scene.certificate =
                scene.certify(now.minusSeconds(86_400), now.minusMillis(1), VectorScene.INSTANCE);
        add("3.3-expired", "header failure", "ended a millisecond before", scene);
        scene = mail("3.3-not-yet-valid");
        scene.certificate =
                scene.certify(now.plusMillis(1), now.plusSeconds(86_400), VectorScene.INSTANCE);
        add("3.3-not-yet-valid", "header failure", "begins a millisecond after", scene);
        scene = mail("3.3-one-millisecond");
        scene.certificate = scene.certify(now, now, VectorScene.INSTANCE);
        add("3.3-one-millisecond", "success", "valid for the object's own millisecond", scene);
        scene = mail("3.3-other-instance");
        scene.certificate = scene.certify(now, now.plusSeconds(60), "portal-1");
        add("3.3-other-instance", "header failure", "another instance's certificate", scene);
        scene = mail("3.3-other-authority");
        scene.authorityKey = SigningKey.generate(scene.random).publicKey();
        add("3.3-other-authority", "header failure", "issued by somebody else", scene);
        scene = mail("3.3-key-flipped");
        scene.certificate[4 + 1 + 2 + VectorScene.INSTANCE.length()] ^= 1;
        add("3.3-key-flipped", "header failure", "a bit of the certified key", scene);
        scene = mail("3.3-longer");
        scene.certificate = Arrays.copyOf(scene.certificate, scene.certificate.length + 1);
        add("3.3-longer", "header failure", "a byte too many", scene);
    }

    private void spoolSlots() throws IOException {
        VectorScene scene = mail("4.2-other-spool-key");
        scene.spoolSeed = Secret.random(scene.random);
        add("4.2-other-spool-key", "no match", "another pair under the same id", scene);
        spoolSlot("4.2-other-id", "the id of another pair", slot -> slot[7] ^= 1);
        spoolSlot("4.2-enc-mlkem-flipped", "a bit of ML-KEM's part", slot -> slot[508] ^= 1);
        spoolSlot("4.2-enc-x25519-flipped", "a bit of X25519's part", slot -> slot[1098] ^= 1);
        spoolSlot(
                "4.2-enc-x25519-zero",
                "a point of small order",
                slot -> Arrays.fill(slot, 8 + 1088, 8 + 1120, (byte) 0));
        spoolSlot("4.2-key-flipped", "a bit of the sealed key", slot -> slot[8 + 1120] ^= 1);
        spoolSlot("4.2-tag-flipped", "a bit of the tag", slot -> slot[8 + 1120 + 47] ^= 1);
        for (int length : new int[] {1119, 1121}) {
            scene = mail("4.2-enc-of-" + length);
            byte[] slot = scene.spoolSlot;
            scene.spoolSlot =
                    new Bytes()
                            .add(Arrays.copyOf(slot, 8 + length))
                            .add(Arrays.copyOfRange(slot, 8 + 1120, slot.length))
                            .toArray();
            scene.sealAnew();
            add("4.2-enc-of-" + length, "no match", "refused before decapsulation", scene);
        }
        scene = mail("4.2-other-header");
        scene.spoolSlot = scene.sealToSpool(scene.laterHeader());
        scene.sealAnew();
        add("4.2-other-header", "no match", "a slot made for another header", scene);
    }

    /// A seal over the spoiled slot, so that it is the slot that is refused.
    private void spoolSlot(String name, String comment, Consumer<byte[]> change)
            throws IOException {
        VectorScene scene = mail(name);
        change.accept(scene.spoolSlot);
        scene.sealAnew();
        add(name, "no match", comment, scene);
    }

    private void slots() throws IOException {
        slot(
                "4.3-other-tenant",
                "of another tenant",
                scene -> {
                    ObjectHeader h = scene.header;
                    return new SlotName(scene.newId(), h.object(), mailbox(scene), h.digest());
                });
        slot(
                "4.3-other-object",
                "of another object",
                scene -> {
                    ObjectHeader h = scene.header;
                    return new SlotName(h.tenant(), scene.newId(), mailbox(scene), h.digest());
                });
        slot(
                "4.3-other-mailbox",
                "of another mailbox",
                scene -> SlotName.of(scene.header, scene.newId()));
        slot(
                "4.3-other-header",
                "of another header of this object",
                scene -> SlotName.of(scene.laterHeader(), mailbox(scene)));

        recipient(
                "4.3-other-mailbox-key",
                "another mailbox key",
                (scene, recipient) -> recipient.mailboxKey = WrappingKey.generate(scene.random, 1));
        recipient(
                "4.3-other-shred-secret",
                "another shred secret",
                (scene, recipient) -> recipient.shredSecret = ShredSecret.generate(scene.random));
        recipient(
                "4.3-other-version",
                "relabelled, as is the key",
                (_, recipient) -> {
                    recipient.slot[3] = 2;
                    recipient.mailboxKey = WrappingKey.of(recipient.mailboxKey.exportSecret(), 2);
                });
        recipient(
                "4.3-version-of-other-key",
                "it names version 2, the key is 1",
                (_, recipient) -> recipient.slot[3] = 2);
        recipient("4.3-version-0", "version 0", (_, recipient) -> recipient.slot[3] = 0);
        recipient(
                "4.3-flipped",
                "a bit of the sealed key",
                (_, recipient) -> recipient.slot[20] ^= 1);
        recipient(
                "4.3-nonce-flipped",
                "a bit of the nonce",
                (_, recipient) -> recipient.slot[4] ^= 1);
        recipient(
                "4.3-shorter",
                "a byte too few",
                (_, recipient) ->
                        recipient.slot = Arrays.copyOf(recipient.slot, recipient.slot.length - 1));
        recipient(
                "4.3-longer",
                "a byte too many",
                (_, recipient) ->
                        recipient.slot = Arrays.copyOf(recipient.slot, recipient.slot.length + 1));
        recipient(
                "4.3-other-data-key",
                "it opens, to the key of something else",
                (scene, to) -> {
                    SlotName name = SlotName.of(scene.header, to.mailbox);
                    DataKey other = DataKey.generate(scene.random);
                    to.slot =
                            Slots.seal(other, to.mailboxKey, to.shredSecret, name, scene.random)
                                    .toBytes();
                });
    }

    private static UUID mailbox(VectorScene scene) {
        return scene.recipients.getFirst().mailbox;
    }

    /// How a slot is named when it is made; the reader goes by the right name.
    private interface Naming {
        SlotName of(VectorScene scene);
    }

    private void slot(String vector, String comment, Naming naming) throws IOException {
        recipient(
                vector,
                comment,
                (scene, to) -> {
                    SlotName name = naming.of(scene);
                    Slot slot =
                            Slots.seal(
                                    scene.dataKey,
                                    to.mailboxKey,
                                    to.shredSecret,
                                    name,
                                    scene.random);
                    to.slot = slot.toBytes();
                });
    }

    private interface Spoiling {
        void spoil(VectorScene scene, VectorScene.Recipient recipient);
    }

    private void recipient(String name, String comment, Spoiling spoiling) throws IOException {
        VectorScene scene = mail(name);
        spoiling.spoil(scene, scene.recipients.getFirst());
        add(name, "no match", comment, scene);
    }

    private void draftSlots() throws IOException {
        VectorScene scene = whole("4.4-draft-other-part", ObjectType.DRAFT_PART, 40, 0);
        byte[] context = Sealer.draftContext(scene.laterHeader());
        scene.draftSlot = scene.draftKey.wrap(scene.dataKey, context, scene.random).toBytes();
        scene.sealAnew();
        add("4.4-draft-other-part", "no match", "wrapped for another part", scene);
        scene = whole("4.4-draft-other-kind", ObjectType.DRAFT_PART, 40, 0);
        RecordKey asRecordKey = RecordKey.importSecret(scene.dataKey.exportSecret());
        context = Sealer.draftContext(scene.header);
        scene.draftSlot = scene.draftKey.wrap(asRecordKey, context, scene.random).toBytes();
        scene.sealAnew();
        add("4.4-draft-other-kind", "no match", "wrapped as a key of another kind", scene);
        scene = whole("4.4-draft-other-version", ObjectType.DRAFT_PART, 40, 0);
        scene.draftKey = WrappingKey.of(scene.draftKey.exportSecret(), 2);
        add("4.4-draft-other-version", "no match", "the writer's key is version 2", scene);
    }

    private void commitments() throws IOException {
        VectorScene scene = mail("5.1-commitment-mismatch");
        scene.stored[COMMITMENT_AT + 31] ^= 1;
        scene.sealAnew();
        add("5.1-commitment-mismatch", "payload failure", "a wrong one, sealed anew", scene);
        scene = mail("5.1-salt-changed");
        scene.stored[SALT_AT] ^= 1;
        scene.sealAnew();
        add("5.1-salt-changed", "payload failure", "sealed anew", scene);
        scene = mail("5.1-header-changed-slots-anew");
        scene.header = scene.laterHeader();
        scene.spoolSlot = scene.sealToSpool(scene.header);
        VectorScene.Recipient to = scene.recipients.getFirst();
        SlotName name = SlotName.of(scene.header, to.mailbox);
        to.slot =
                Slots.seal(scene.dataKey, to.mailboxKey, to.shredSecret, name, scene.random)
                        .toBytes();
        scene.sealAnew();
        add("5.1-header-changed-slots-anew", "payload failure", "only the body is of H", scene);
        add(
                "5.1-two-keys",
                "payload failure",
                "every tag fits this key too, and only the commitment tells",
                twoKeys());
    }

    /// An "invisible salamander": the chunk opens under two data keys. The commitment is of the
    /// one, the slots are of the other.
    private static VectorScene twoKeys() throws IOException {
        VectorScene scene = mail("5.1-two-keys");
        byte[] salt = Arrays.copyOfRange(scene.stored, SALT_AT, COMMITMENT_AT);
        byte[] context = BodyCipher.context(scene.header.hash());
        DataKey first = DataKey.generate(scene.random);
        BodyCipher committed = BodyCipher.derive(first.secret(), salt, context);
        byte[] chunk =
                Salamander.chunk(
                        BodyKeys.of(first, salt, context),
                        BodyKeys.of(scene.dataKey, salt, context),
                        40);
        scene.stored =
                new Bytes()
                        .add(Arrays.copyOf(scene.stored, COMMITMENT_AT))
                        .add(committed.commitment())
                        .add(chunk)
                        .toArray();
        scene.sealAnew();
        return scene;
    }

    private void chunks() throws IOException {
        cut("5.3-cut-before-chunk-0", BODY_AT);
        cut("5.3-cut-in-tag-of-nothing", BODY_AT + 15);
        cut("5.3-cut-in-chunk-0", BODY_AT + 5000);
        cut("5.3-cut-after-chunk-0", BODY_AT + SEALED_CHUNK);
        cut("5.3-cut-15-after-chunk-0", BODY_AT + SEALED_CHUNK + 15);
        cut("5.3-cut-16-after-chunk-0", BODY_AT + SEALED_CHUNK + 16);
        cut("5.3-cut-after-chunk-1", BODY_AT + 2 * SEALED_CHUNK);
        cut("5.3-cut-16-after-chunk-1", BODY_AT + 2 * SEALED_CHUNK + 16);
        cut("5.3-cut-last-tag", BODY_AT + 2 * SEALED_CHUNK + 100);
        cut("5.3-cut-last-byte", BODY_AT + 2 * SEALED_CHUNK + 115);
        order("5.3-swapped", "chunks 1, 0, 2", 1, 0, 2);
        order("5.3-dropped-first", "chunks 1, 2", 1, 2);
        order("5.3-dropped-middle", "chunks 0, 2", 0, 2);
        order("5.3-duplicated-first", "chunks 0, 0, 1, 2", 0, 0, 1, 2);
        order("5.3-duplicated-last", "chunks 0, 1, 2, 2", 0, 1, 2, 2);
        order("5.3-last-twice-first", "chunks 2, 0, 1, 2", 2, 0, 1, 2);

        bodyChanged("5.3-flipped-chunk-0", object -> object[BODY_AT + 77] ^= 1);
        bodyChanged("5.3-flipped-tag-of-1", object -> object[BODY_AT + 2 * SEALED_CHUNK - 1] ^= 1);
        bodyChanged("5.3-flipped-last", object -> object[BODY_AT + 2 * SEALED_CHUNK + 3] ^= 1);

        VectorScene scene = threeChunks("5.3-extended-by-a-byte");
        scene.stored = Arrays.copyOf(scene.stored, scene.stored.length + 1);
        add("5.3-extended-by-a-byte", "payload failure", "a zero at the end", scene);
        scene = threeChunks("5.3-extended-by-a-chunk");
        scene.stored = new Bytes().add(scene.stored).add(sealed(scene, 3, 0)).toArray();
        add("5.3-extended-by-a-chunk", "payload failure", "a fourth after the short one", scene);
        scene = threeChunks("5.3-no-last-chunk");
        scene.stored =
                new Bytes()
                        .add(Arrays.copyOf(scene.stored, BODY_AT))
                        .add(sealed(scene, 0, CHUNK))
                        .add(sealed(scene, 1, CHUNK))
                        .toArray();
        add("5.3-no-last-chunk", "payload failure", "two full chunks and no empty one", scene);
        scene = threeChunks("5.3-short-first-chunk");
        scene.stored =
                new Bytes()
                        .add(Arrays.copyOf(scene.stored, BODY_AT))
                        .add(sealed(scene, 0, CHUNK - 1))
                        .add(sealed(scene, 1, 1))
                        .toArray();
        add("5.3-short-first-chunk", "payload failure", "a short chunk before another", scene);
        scene = threeChunks("5.3-chunk-of-other-object");
        VectorScene other = threeChunks("5.3-chunk-of-other-object, the other");
        System.arraycopy(other.stored, BODY_AT, scene.stored, BODY_AT, SEALED_CHUNK);
        add("5.3-chunk-of-other-object", "payload failure", "the same content elsewhere", scene);
    }

    /// Two full chunks and one of 100 bytes.
    private static VectorScene threeChunks(String seed) throws IOException {
        return whole(seed, ObjectType.RAW_MAIL, 2 * CHUNK + 100, 1);
    }

    /// A chunk as the object's own writer might seal it, in a place or of a length that is wrong.
    private static byte[] sealed(VectorScene scene, long chunk, int length) {
        byte[] salt = Arrays.copyOfRange(scene.stored, SALT_AT, COMMITMENT_AT);
        byte[] context = BodyCipher.context(scene.header.hash());
        BodyCipher cipher = BodyCipher.derive(scene.dataKey.secret(), salt, context);
        byte[] into = new byte[length + AesGcm.TAG_BYTES];
        cipher.seal(chunk, Door.content(length), 0, length, into);
        return into;
    }

    private void cut(String name, int length) throws IOException {
        VectorScene scene = threeChunks(name);
        scene.stored = Arrays.copyOf(scene.stored, length);
        add(name, "payload failure", "the first " + length + " bytes", scene);
    }

    private void bodyChanged(String name, Consumer<byte[]> change) throws IOException {
        VectorScene scene = threeChunks(name);
        change.accept(scene.stored);
        add(name, "payload failure", "one bit", scene);
    }

    private void order(String name, String comment, int... chunks) throws IOException {
        VectorScene scene = threeChunks(name);
        var bytes = new Bytes().add(Arrays.copyOf(scene.stored, BODY_AT));
        for (int chunk : chunks) {
            int from = BODY_AT + chunk * SEALED_CHUNK;
            int end = Math.min(from + SEALED_CHUNK, scene.stored.length);
            bytes.add(Arrays.copyOfRange(scene.stored, from, end));
        }
        scene.stored = bytes.toArray();
        add(name, "payload failure", comment, scene);
    }
}
