package org.postern.crypto;

import java.security.SecureRandom;

/// The key of exactly one object: docs/format.md, section 4.1.
public final class DataKey extends Secret {

    private DataKey(byte[] secret) {
        super(secret);
    }

    public static DataKey generate(SecureRandom random) {
        return new DataKey(random(random));
    }

    /// Takes a key that was lent or wrapped elsewhere.
    public static DataKey importSecret(byte[] secret) {
        return new DataKey(secret.clone());
    }

    static DataKey of(byte[] fresh) {
        return new DataKey(fresh);
    }

    /// A key for small records that live and die with the object, such as its SMTP envelope.
    public RecordKey recordKey(String purpose) {
        byte[] info = Bytes.label("postern record").add(Purpose.bytes(purpose)).toArray();
        return RecordKey.of(Hkdf.expand(secret(), info, BYTES));
    }
}
