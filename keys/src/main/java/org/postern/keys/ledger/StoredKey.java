package org.postern.keys.ledger;

/// A wrapped key as it stands in a row, damaged or whole.
final class StoredKey {

    private final byte[] bytes;

    StoredKey(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    byte[] bytes() {
        return bytes.clone();
    }
}
