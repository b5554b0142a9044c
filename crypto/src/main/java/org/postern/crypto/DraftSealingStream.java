package org.postern.crypto;

import java.io.OutputStream;
import org.postern.crypto.sealed.WrappedKey;

/// Seals a part of a draft, which only its writer opens.
public final class DraftSealingStream extends BodyStream {

    private final WrappedKey slot;

    DraftSealingStream(Preparation prepared, WrappedKey slot, OutputStream out) {
        super(prepared, out);
        this.slot = slot;
    }

    /// The part's data key under its writer's key, to be kept beside the part.
    public WrappedKey slot() {
        return slot;
    }
}
