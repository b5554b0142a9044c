package org.postern.crypto;

import java.io.OutputStream;
import org.postern.crypto.sealed.SpoolSlot;

/// Seals an object's content as it comes in at the door.
public final class SealingStream extends BodyStream {

    private final SpoolSlot slot;

    SealingStream(Preparation prepared, SpoolSlot slot, OutputStream out) {
        super(prepared, out);
        this.slot = slot;
    }

    /// The object's data key for the spool, to be kept beside the object.
    public SpoolSlot slot() {
        return slot;
    }
}
