package org.postern.keys.ledger;

/// The ledger was wrapped by another key provider than the one this process was told. Nothing is
/// damaged; the configuration is wrong.
public final class OtherKeyProviderException extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    OtherKeyProviderException(String wrappedBy, String told) {
        super("the ledger was wrapped by the key provider " + wrappedBy + ", not by " + told);
    }
}
