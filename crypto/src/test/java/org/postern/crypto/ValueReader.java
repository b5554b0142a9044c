package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.UUID;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.MerkleTree;
import org.postern.crypto.audit.VerifierKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.Signature64;
import org.postern.crypto.sealed.WrappedKey;

/// Reads a vector of the second form: docs/format.md, section 9.
final class ValueReader {

    private static final HexFormat HEX = HexFormat.of();

    private final VectorFile file;

    private ValueReader(VectorFile file) {
        this.file = file;
    }

    static String outcome(VectorFile file) {
        byte[] plain;
        try {
            plain = new ValueReader(file).open();
        } catch (OpeningFailedException e) {
            return "no match";
        }
        String found = plain.length + " " + HEX.formatHex(Mac256.sha256(plain).toBytes());
        return found.equals(file.one("content")) ? "success" : "other content: " + found;
    }

    private byte[] open() throws OpeningFailedException {
        return switch (file.one("opens")) {
            case "record" -> recordKey().open(SealedRecord.of(file.object()), hex("context"));
            case "wrapped key" -> wrappedKey(versioned("wrapping key"), hex("context"));
            case "keystore" -> keystore();
            case "root wrap" -> rootWrap();
            case "signature" -> signed();
            case "checkpoint" -> checkpoint();
            case "succession" -> succession();
            default -> throw new IllegalStateException(file.one("opens"));
        };
    }

    private RecordKey recordKey() {
        if (file.has("record key")) {
            return RecordKey.importSecret(hex("record key"));
        }
        if (file.has("data key")) {
            return DataKey.importSecret(hex("data key")).recordKey(file.one("purpose"));
        }
        SlotName name =
                new SlotName(id("tenant"), id("object"), id("mailbox"), Mac256.sha256(new byte[0]));
        ShredSecret secret = ShredSecret.importSecret(hex("shred secret"));
        return file.one("label").equals("postern summary")
                ? Slots.summaryKey(versioned("mailbox key"), secret, name)
                : Slots.searchKey(versioned("mailbox key"), secret, name);
    }

    private byte[] wrappedKey(WrappingKey by, byte[] context) throws OpeningFailedException {
        WrappedKey wrapped = WrappedKey.of(file.object());
        long number = Long.parseLong(file.one("number"));
        int kind = Integer.parseInt(file.one("kind"));
        Secret key =
                switch (kind) {
                    case 1 -> by.unwrapWrappingKey(wrapped, context, (int) Math.max(1, number));
                    case 2 -> by.unwrapDataKey(wrapped, context);
                    case 3 -> by.unwrapMacKey(wrapped, context);
                    case 4 -> by.unwrapRecordKey(wrapped, context);
                    case 5 -> by.unwrapShredSecret(wrapped, context);
                    case 6 -> by.unwrapSpoolKeyPair(wrapped, context, number);
                    case 7 -> by.unwrapSigningKey(wrapped, context);
                    default -> throw new OpeningFailedException();
                };
        // Kinds 2 to 5 and 7 have no number: 0 stands in its place.
        boolean numbered = kind == 1 || kind == 6;
        if (!numbered && number != 0) {
            throw new OpeningFailedException();
        }
        return key.exportSecret();
    }

    private byte[] keystore() throws OpeningFailedException {
        byte[] bytes = file.object();
        if (bytes.length < 84
                || (bytes.length - 20) % 64 != 0
                || !Arrays.equals(Arrays.copyOf(bytes, 4), "PSTK".getBytes(US_ASCII))) {
            throw new OpeningFailedException();
        }
        WrappingKey by =
                PassphraseKey.derive(
                        new String(hex("passphrase"), UTF_8).toCharArray(),
                        Arrays.copyOfRange(bytes, 4, 20),
                        Argon2Cost.PASSPHRASE);
        Bytes keys = new Bytes();
        for (int at = 20, version = 1; at < bytes.length; at += 64, version++) {
            WrappedKey wrapped = WrappedKey.of(Arrays.copyOfRange(bytes, at, at + 64));
            keys.add(
                    by.unwrapWrappingKey(wrapped, "postern root key".getBytes(US_ASCII), version)
                            .exportSecret());
        }
        return keys.toArray();
    }

    private byte[] rootWrap() throws OpeningFailedException {
        ByteBuffer bytes = ByteBuffer.wrap(file.object());
        if (!take(bytes, 4).equals("PSTR")
                || !take(bytes, length(bytes)).equals(file.one("key provider"))) {
            throw new OpeningFailedException();
        }
        boolean vault = file.one("key provider").equals("vault");
        if (!vault && !take(bytes, length(bytes)).equals(file.one("key name"))) {
            throw new OpeningFailedException();
        }
        byte[] wrapped = new byte[bytes.remaining()];
        bytes.get(wrapped);
        if (!file.has("key")) {
            return wrapped;
        }
        byte[] associated =
                Bytes.label("postern root")
                        .add((byte) Integer.parseInt(file.one("kind")))
                        .addU64(Long.parseLong(file.one("number")))
                        .add(hex("context"))
                        .toArray();
        if (wrapped.length != 60) {
            throw new OpeningFailedException();
        }
        return AesGcm.open(hex("key"), Arrays.copyOf(wrapped, 12), associated, wrapped, 12);
    }

    private static int length(ByteBuffer bytes) throws OpeningFailedException {
        if (!bytes.hasRemaining()) {
            throw new OpeningFailedException();
        }
        return Byte.toUnsignedInt(bytes.get());
    }

    private static String take(ByteBuffer bytes, int length) throws OpeningFailedException {
        if (bytes.remaining() < length) {
            throw new OpeningFailedException();
        }
        byte[] taken = new byte[length];
        bytes.get(taken);
        return new String(taken, US_ASCII);
    }

    private byte[] signed() throws OpeningFailedException {
        SigningKey.verify(
                PublicKey32.of(hex("authority")),
                file.one("purpose"),
                file.object(),
                Signature64.of(hex("signature")));
        return file.object();
    }

    private byte[] succession() throws OpeningFailedException {
        Succession read = Succession.parse(file.object());
        if (!read.keys().contains(PublicKey32.of(hex("authority")))) {
            throw new OpeningFailedException();
        }
        Bytes keys = new Bytes();
        read.keys().forEach(key -> keys.add(key.toBytes()));
        return keys.toArray();
    }

    private byte[] checkpoint() throws OpeningFailedException {
        Checkpoint checkpoint =
                VerifierKey.parse(file.one("verifier key")).open(new String(file.object(), UTF_8));
        MerkleTree tree = MerkleTree.EMPTY;
        Bytes entries = new Bytes();
        for (String entry : file.all("entry")) {
            byte[] bytes = HEX.parseHex(entry);
            tree = tree.append(MerkleTree.leafHash(bytes));
            entries.add(bytes);
        }
        if (tree.size() != checkpoint.size() || !tree.root().equals(checkpoint.root())) {
            throw new OpeningFailedException();
        }
        return entries.toArray();
    }

    private WrappingKey versioned(String line) {
        String[] part = file.one(line).split(" ", -1);
        return WrappingKey.importSecret(HEX.parseHex(part[1]), Integer.parseInt(part[0]));
    }

    private UUID id(String line) {
        return UUID.fromString(file.one(line));
    }

    private byte[] hex(String line) {
        return HEX.parseHex(file.one(line));
    }
}
