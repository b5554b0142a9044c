package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.postern.crypto.audit.AuditEntry;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.MerkleTree;
import org.postern.crypto.audit.VerifierKey;
import org.postern.crypto.sealed.Mac256;

/// The vectors of what is sealed, wrapped or signed beside objects: docs/format.md, section 9,
/// second form. Each kind once as it is, and once for each thing to which it is bound.
final class ValueVectors {

    private static final HexFormat HEX = HexFormat.of();
    private static final UUID TENANT = UUID.fromString("01a207d9-2100-751d-88c9-560ad03a1c1b");
    private static final UUID OBJECT = UUID.fromString("01a207d9-2100-795f-9531-fd10c2104ee5");
    private static final UUID MAILBOX = UUID.fromString("01a207d9-2100-7987-a49d-1cc25e87acea");

    private final FixedRandom random = new FixedRandom("postern values");
    private final SequencedMap<String, byte[]> files;

    private ValueVectors(SequencedMap<String, byte[]> files) {
        this.files = files;
    }

    static void addTo(SequencedMap<String, byte[]> files) {
        var vectors = new ValueVectors(files);
        vectors.records();
        vectors.wrappedKeys();
        vectors.keystore();
        vectors.rootWraps();
        vectors.signatures();
        vectors.checkpoints();
        vectors.successions();
    }

    private void add(String name, VectorFile file) {
        if (files.put(name + ".vector", file.encode()) != null) {
            throw new IllegalStateException("two vectors are called " + name);
        }
    }

    private static VectorFile opens(String kind, byte[] content) {
        return new VectorFile()
                .with("opens", kind)
                .with("content", content.length + " " + hex(Mac256.sha256(content).toBytes()));
    }

    /// Once as it is, and then with each named line changed; and with its last byte flipped.
    private void addWithRefusals(String name, String comment, VectorFile made, Change... changes) {
        add(name, said("success", comment, made));
        byte[] flipped = made.object();
        flipped[flipped.length - 1] ^= 1;
        add(name + "-flipped", said("no match", "a bit of it", made).with(flipped));
        for (Change change : changes) {
            VectorFile other = new VectorFile();
            for (VectorFile.Line line : made.lines()) {
                boolean changed = line.name().equals(change.line());
                other.with(line.name(), changed ? change.to().apply(line.value()) : line.value());
            }
            add(
                    name + "-other-" + change.line().replace(' ', '-'),
                    said("no match", "another " + change.line(), other.with(made.object())));
        }
    }

    private record Change(String line, UnaryOperator<String> to) {}

    private static Change flip(String line) {
        return new Change(
                line,
                value -> {
                    int last = value.length() - 1;
                    return value.substring(0, last) + (value.charAt(last) == '0' ? '1' : '0');
                });
    }

    private static VectorFile said(String expect, String comment, VectorFile made) {
        VectorFile file = new VectorFile().with("expect", expect).with("comment", comment);
        made.lines().forEach(line -> file.with(line.name(), line.value()));
        return file.with(made.object());
    }

    private void records() {
        byte[] text = "patient@example.org".getBytes(UTF_8);
        byte[] context = random(32);
        RecordKey key = RecordKey.generate(random);
        addWithRefusals(
                "4.5-record",
                "under a key of its own",
                opens("record", text)
                        .with("record key", hex(key.exportSecret()))
                        .with("context", hex(context))
                        .with(key.seal(text, context, random).toBytes()),
                flip("record key"),
                flip("context"));
        DataKey dataKey = DataKey.generate(random);
        addWithRefusals(
                "4.1-record-of-an-object",
                "the SMTP envelope of an object, under its data key",
                opens("record", text)
                        .with("data key", hex(dataKey.exportSecret()))
                        .with("purpose", "envelope")
                        .with("context", hex(context))
                        .with(dataKey.recordKey("envelope").seal(text, context, random).toBytes()),
                flip("data key"),
                new Change("purpose", _ -> "part index"),
                flip("context"));
        WrappingKey mailboxKey = WrappingKey.generate(random, 3);
        ShredSecret secret = ShredSecret.generate(random);
        SlotName name = new SlotName(TENANT, OBJECT, MAILBOX, Mac256.sha256(context));
        for (String label : new String[] {"summary", "search"}) {
            RecordKey derived =
                    label.equals("summary")
                            ? Slots.summaryKey(mailboxKey, secret, name)
                            : Slots.searchKey(mailboxKey, secret, name);
            addWithRefusals(
                    "4.3-" + label,
                    "what stands beside a slot",
                    opens("record", text)
                            .with("label", "postern " + label)
                            .with("tenant", TENANT.toString())
                            .with("object", OBJECT.toString())
                            .with("mailbox", MAILBOX.toString())
                            .with("mailbox key", "3 " + hex(mailboxKey.exportSecret()))
                            .with("shred secret", hex(secret.exportSecret()))
                            .with("context", hex(context))
                            .with(derived.seal(text, context, random).toBytes()),
                    new Change(
                            "label",
                            value ->
                                    value.endsWith("search")
                                            ? "postern summary"
                                            : "postern search"),
                    new Change("tenant", _ -> OBJECT.toString()),
                    new Change("object", _ -> TENANT.toString()),
                    new Change("mailbox", _ -> TENANT.toString()),
                    new Change("mailbox key", value -> "4" + value.substring(1)),
                    flip("shred secret"),
                    flip("context"));
        }
    }

    private void wrappedKeys() {
        WrappingKey wrapping = WrappingKey.generate(random, 2);
        byte[] context = random(24);
        WrappingKey tenant = WrappingKey.generate(random, 7);
        wrapped(1, 7, wrapping, context, tenant, wrapping.wrap(tenant, context, random).toBytes());
        DataKey data = DataKey.generate(random);
        wrapped(2, 0, wrapping, context, data, wrapping.wrap(data, context, random).toBytes());
        MacKey mac = MacKey.generate(random);
        wrapped(3, 0, wrapping, context, mac, wrapping.wrap(mac, context, random).toBytes());
        RecordKey record = RecordKey.generate(random);
        wrapped(4, 0, wrapping, context, record, wrapping.wrap(record, context, random).toBytes());
        ShredSecret shred = ShredSecret.generate(random);
        wrapped(5, 0, wrapping, context, shred, wrapping.wrap(shred, context, random).toBytes());
        SpoolKeyPair spool = SpoolKeyPair.generate(2_968, random);
        wrapped(
                6,
                2_968,
                wrapping,
                context,
                spool,
                wrapping.wrap(spool, context, random).toBytes());
        SigningKey sign = SigningKey.generate(random);
        wrapped(7, 0, wrapping, context, sign, wrapping.wrap(sign, context, random).toBytes());
    }

    private void wrapped(
            int kind, long number, WrappingKey by, byte[] context, Secret key, byte[] bytes) {
        addWithRefusals(
                "4.4-wrapped-kind-" + kind,
                "a key of kind " + kind,
                opens("wrapped key", key.exportSecret())
                        .with("wrapping key", by.version() + " " + hex(by.exportSecret()))
                        .with("kind", "" + kind)
                        .with("number", "" + number)
                        .with("context", hex(context))
                        .with(bytes),
                flip("wrapping key"),
                new Change("kind", value -> value.equals("1") ? "2" : "1"),
                new Change("number", value -> value + "1"),
                flip("context"));
    }

    private void keystore() {
        byte[] salt = random(PassphraseKey.SALT_BYTES);
        String passphrase = "correct horse, Ärger";
        WrappingKey by =
                PassphraseKey.derive(passphrase.toCharArray(), salt, Argon2Cost.PASSPHRASE);
        byte[] context = "postern root key".getBytes(US_ASCII);
        Bytes file = new Bytes().add("PSTK".getBytes(US_ASCII)).add(salt);
        Bytes content = new Bytes();
        for (int version = 1; version <= 2; version++) {
            WrappingKey root = WrappingKey.generate(random, version);
            file.add(by.wrap(root, context, random).toBytes());
            content.add(root.exportSecret());
        }
        byte[] bytes = file.toArray();
        VectorFile made =
                opens("keystore", content.toArray())
                        .with("passphrase", hex(passphrase.getBytes(UTF_8)));
        add("4.6-keystore", said("success", "two versions", made.with(bytes)));
        byte[] magic = bytes.clone();
        magic[3] ^= 1;
        add("4.6-keystore-magic", said("no match", "another magic", made.with(magic)));
        byte[] cut = Arrays.copyOf(bytes, bytes.length - 1);
        add("4.6-keystore-cut", said("no match", "a byte too few", made.with(cut)));
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, 20, swapped, 84, 64);
        System.arraycopy(bytes, 84, swapped, 20, 64);
        add("4.6-keystore-swapped", said("no match", "versions changed", made.with(swapped)));
    }

    /// What a PKCS#11 module wrapped can be opened by whoever has the key, which in use nobody has.
    /// What Vault and KMS wrapped only they can open: the vectors end at what is given to them.
    private void rootWraps() {
        byte[] secret = random(32);
        byte[] key = random(32);
        byte[] nonce = random(12);
        byte[] context =
                new Bytes().add("postern tenant key\0".getBytes(US_ASCII)).add(TENANT).toArray();
        byte[] associated =
                new Bytes()
                        .add("postern root\0".getBytes(US_ASCII))
                        .add((byte) 1)
                        .addU64(4)
                        .add(context)
                        .toArray();
        byte[] sealed = AesGcm.seal(key, nonce, associated, secret);
        addWithRefusals(
                "4.7-pkcs11",
                "wrapped in a token",
                opens("root wrap", secret)
                        .with("key provider", "pkcs11")
                        .with("key name", "root-2026")
                        .with("key", hex(key))
                        .with("kind", "1")
                        .with("number", "4")
                        .with("context", hex(context))
                        .with(
                                framed("pkcs11")
                                        .add(named("root-2026"))
                                        .add(nonce)
                                        .add(sealed)
                                        .toArray()),
                new Change("key provider", _ -> "vault"),
                new Change("key name", _ -> "root-2025"),
                flip("key"),
                new Change("kind", _ -> "6"),
                new Change("number", _ -> "5"),
                flip("context"));
        byte[] vault = ("vault:v3:" + "QUJD".repeat(20)).getBytes(US_ASCII);
        add(
                "4.7-vault",
                said(
                        "success",
                        "what Vault is asked to open",
                        opens("root wrap", vault)
                                .with("key provider", "vault")
                                .with(framed("vault").add(vault).toArray())));
        String arn =
                "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        byte[] blob = random(152);
        VectorFile kms =
                opens("root wrap", blob)
                        .with("key provider", "aws-kms")
                        .with("key name", arn)
                        .with(framed("aws-kms").add(named(arn)).add(blob).toArray());
        add("4.7-aws-kms", said("success", "what KMS is asked to open", kms));
        add(
                "4.7-aws-kms-cut",
                said("no match", "the ARN is cut", kms.with(Arrays.copyOf(kms.object(), 30))));
    }

    private static Bytes framed(String provider) {
        return new Bytes().add("PSTR".getBytes(US_ASCII)).add(named(provider));
    }

    private static byte[] named(String name) {
        return new Bytes().add((byte) name.length()).add(name.getBytes(US_ASCII)).toArray();
    }

    private void signatures() {
        SigningKey authority = SigningKey.generate(random);
        byte[] document = "{\"number\":7,\"tenants\":[]}".getBytes(UTF_8);
        addWithRefusals(
                "3.4-snapshot",
                "a snapshot and its signature",
                opens("signature", document)
                        .with("authority", hex(authority.publicKey().toBytes()))
                        .with("purpose", "postern snapshot")
                        .with(
                                "signature",
                                hex(authority.sign("postern snapshot", document).toBytes()))
                        .with(document),
                flip("authority"),
                new Change("purpose", _ -> "postern instance"),
                flip("signature"));
    }

    private void successions() {
        SigningKey[] keys = new SigningKey[3];
        Bytes all = new Bytes();
        for (int i = 0; i < keys.length; i++) {
            keys[i] = SigningKey.generate(random);
            all.add(keys[i].publicKey().toBytes());
        }
        Instant made = Instant.parse("2026-11-23T10:00:00.25Z");
        Succession before = Succession.of(keys[0].publicKey()).handOver(keys[0], keys[1], made);
        byte[] bytes = before.handOver(keys[1], keys[2], made.plusSeconds(1)).encode();
        VectorFile three =
                opens("succession", all.toArray())
                        .with("authority", hex(keys[1].publicKey().toBytes()))
                        .with(bytes);
        addWithRefusals(
                "3.5-succession", "three keys, of which one is known", three, flip("authority"));
        add(
                "3.5-succession-cut",
                said("no match", "one key less than it says", three)
                        .with(Arrays.copyOf(bytes, bytes.length - 168)));
        SigningKey stranger = SigningKey.generate(random);
        byte[] forged =
                before.handOver(keys[1], stranger, made)
                        .handOver(stranger, keys[2], made.plusSeconds(1))
                        .encode();
        // Whose signature the stranger has made for the key before him.
        System.arraycopy(bytes, 39, forged, 39 + 168, 32);
        add(
                "3.5-succession-forged",
                said("no match", "a key that the one before did not name", three).with(forged));
        add(
                "3.5-succession-of-one",
                said(
                                "success",
                                "a key that was never followed",
                                opens("succession", keys[0].publicKey().toBytes())
                                        .with("authority", hex(keys[0].publicKey().toBytes())))
                        .with(Succession.of(keys[0].publicKey()).encode()));
    }

    private void checkpoints() {
        SigningKey key = SigningKey.generate(random).derive("audit");
        String origin = Checkpoint.origin(TENANT);
        VectorFile entries = new VectorFile();
        Bytes all = new Bytes();
        MerkleTree tree = MerkleTree.EMPTY;
        for (int i = 0; i < 5; i++) {
            byte[] entry =
                    new AuditEntry(
                                    TENANT,
                                    i,
                                    new UUID(7, i),
                                    Instant.parse("2026-11-23T10:00:00.25Z").plusSeconds(i),
                                    "message.opened",
                                    i % 2 == 0 ? Optional.of(MAILBOX) : Optional.empty(),
                                    Optional.of(OBJECT))
                            .encode();
            entries.with("entry", hex(entry));
            all.add(entry);
            tree = tree.append(MerkleTree.leafHash(entry));
        }
        VectorFile made =
                opens("checkpoint", all.toArray())
                        .with("verifier key", new VerifierKey(origin, key.publicKey()).text());
        String note = new Checkpoint(origin, 5, tree.root()).sign(key);
        VectorFile missing = new VectorFile();
        made.lines().forEach(line -> missing.with(line.name(), line.value()));
        entries.lines().subList(1, 5).forEach(line -> missing.with(line.name(), line.value()));
        entries.lines().forEach(line -> made.with(line.name(), line.value()));
        add(
                "11.2-missing-entry",
                said("no match", "four of five", missing.with(note.getBytes(UTF_8))));
        made.with(note.getBytes(UTF_8));
        add("11.3-checkpoint", said("success", "five events and their checkpoint", made));
        byte[] flipped = made.object();
        int at = flipped.length - 6;
        flipped[at] = (byte) (flipped[at] == 'A' ? 'B' : 'A');
        add("11.3-checkpoint-flipped", said("no match", "the signature", made.with(flipped)));
        String four = note.replace("\n5\n", "\n4\n");
        add(
                "11.3-checkpoint-of-four",
                said("no match", "a size not signed", made.with(four.getBytes(UTF_8))));
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static String hex(byte[] bytes) {
        return HEX.formatHex(bytes);
    }
}
