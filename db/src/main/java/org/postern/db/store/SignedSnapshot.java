package org.postern.db.store;

import java.util.Arrays;
import org.postern.crypto.sealed.Signature64;

/// The document from which doors work without the database, and the authority's signature.
public final class SignedSnapshot {

    private final long number;
    private final byte[] document;
    private final Signature64 signature;

    /// @param number grows with every snapshot
    /// @param document JSON in UTF-8
    public SignedSnapshot(long number, byte[] document, Signature64 signature) {
        this.number = number;
        this.document = document.clone();
        this.signature = signature;
    }

    public long number() {
        return number;
    }

    public byte[] document() {
        return document.clone();
    }

    public Signature64 signature() {
        return signature;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedSnapshot that
                && number == that.number
                && Arrays.equals(document, that.document)
                && signature.equals(that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(document);
    }
}
