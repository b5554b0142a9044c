package org.postern.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.WrappedKey;

/// Reads a vector in the three steps of docs/format.md, section 9, and says how far it came.
final class VectorReader {

    private static final HexFormat HEX = HexFormat.of();

    private VectorReader() {}

    static String outcome(VectorFile file) throws IOException {
        if (file.has("opens")) {
            return ValueReader.outcome(file);
        }
        var source = new BytesSource(file.object());
        UUID tenant = UUID.fromString(file.one("tenant"));
        UUID object = UUID.fromString(file.one("object"));
        PublicKey32 instanceKey;
        ObjectHeader header;
        try {
            ObjectPreamble preamble = Opener.preamble(source);
            header = preamble.header();
            instanceKey = checkSeal(file, preamble);
            if (!header.tenant().equals(tenant) || !header.object().equals(object)) {
                throw new OpeningFailedException();
            }
        } catch (OpeningFailedException e) {
            return "header failure";
        }
        DataKey key;
        try {
            key = commonKey(file, header);
        } catch (OpeningFailedException e) {
            return "no match";
        }
        try (Content content = Opener.open(source, tenant, object, key, instanceKey)) {
            return read(content, file);
        } catch (OpeningFailedException | ContentDamagedException e) {
            return "payload failure";
        }
    }

    private static PublicKey32 checkSeal(VectorFile file, ObjectPreamble preamble)
            throws OpeningFailedException {
        PublicKey32 authority = PublicKey32.of(hex(file.one("authority")));
        var certificate = InstanceCertificate.parse(hex(file.one("certificate")));
        String slot = file.one(file.has("spool slot") ? "spool slot" : "draft slot");
        if (!Mac256.sha256(hex(slot)).equals(preamble.slotHash())) {
            throw new OpeningFailedException();
        }
        certificate.verify(Succession.of(authority), preamble.header());
        Seals.verify(preamble, certificate.key());
        return certificate.key();
    }

    /// Every slot of the file must open, and all to the same key.
    private static DataKey commonKey(VectorFile file, ObjectHeader header)
            throws OpeningFailedException {
        List<DataKey> keys = new ArrayList<>();
        if (file.has("spool key")) {
            String[] id = file.one("spool key").split(" ", -1);
            var pair = SpoolKeyPair.importSecret(Long.parseUnsignedLong(id[0]), hex(id[1]));
            keys.add(pair.open(SpoolSlot.of(hex(file.one("spool slot"))), header));
        }
        if (file.has("draft key")) {
            String[] draft = file.one("draft key").split(" ", -1);
            var writersKey = WrappingKey.importSecret(hex(draft[1]), Integer.parseInt(draft[0]));
            WrappedKey slot = WrappedKey.of(hex(file.one("draft slot")));
            keys.add(Opener.draftKey(slot, writersKey, header));
        }
        for (String line : file.all("slot")) {
            String[] part = line.split(" ", -1);
            SlotName name = SlotName.of(header, UUID.fromString(part[0]));
            var mailboxKey = WrappingKey.importSecret(hex(part[2]), Integer.parseInt(part[1]));
            var shredSecret = ShredSecret.importSecret(hex(part[3]));
            keys.add(Slots.open(Slot.of(hex(part[4])), mailboxKey, shredSecret, name));
        }
        if (keys.stream().distinct().count() != 1) {
            throw new OpeningFailedException();
        }
        return keys.getFirst();
    }

    private static String read(Content content, VectorFile file) throws IOException {
        try (InputStream stream = content.stream()) {
            byte[] plain = stream.readAllBytes();
            String found = plain.length + " " + HEX.formatHex(Mac256.sha256(plain).toBytes());
            return found.equals(file.one("content")) ? "success" : "other content: " + found;
        }
    }

    private static byte[] hex(String digits) {
        return HEX.parseHex(digits);
    }
}
