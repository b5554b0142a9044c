package org.postern.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;

/// Seals small things (addresses, summaries, SMTP envelopes): docs/format.md, section 4.5.
public final class RecordKey extends Secret {

    private RecordKey(byte[] secret) {
        super(secret);
    }

    /// A key of its own, as a tenant's operations key; most record keys are derived.
    public static RecordKey generate(SecureRandom random) {
        return new RecordKey(random(random));
    }

    /// Takes a key that was lent or wrapped elsewhere.
    public static RecordKey importSecret(byte[] secret) {
        return new RecordKey(secret.clone());
    }

    static RecordKey of(byte[] fresh) {
        return new RecordKey(fresh);
    }

    /// `context` says where the record belongs; it opens nowhere else.
    public SealedRecord seal(byte[] plain, byte[] context, SecureRandom random) {
        byte[] nonce = new byte[AesGcm.NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] sealed = AesGcm.seal(secret(), nonce, associatedData(context), plain);
        byte[] record = new Bytes().add(SealedRecord.FORMAT).add(nonce).add(sealed).toArray();
        return Bytes.sealed(SealedRecord::of, record);
    }

    public byte[] open(SealedRecord record, byte[] context) throws OpeningFailedException {
        byte[] bytes = record.toBytes();
        int start = 1 + AesGcm.NONCE_BYTES;
        byte[] nonce = Arrays.copyOfRange(bytes, 1, start);
        return AesGcm.open(secret(), nonce, associatedData(context), bytes, start);
    }

    private static byte[] associatedData(byte[] context) {
        return Bytes.label("postern record").add(SealedRecord.FORMAT).add(context).toArray();
    }
}
