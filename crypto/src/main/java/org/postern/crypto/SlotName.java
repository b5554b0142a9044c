package org.postern.crypto;

import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;

/// Which slot is meant: that of one mailbox to one object (docs/format.md, section 4.3).
///
/// @param headerHash SHA-256 of the object's header, [ObjectHeader#digest()]
public record SlotName(UUID tenant, UUID object, UUID mailbox, Mac256 headerHash) {

    public static SlotName of(ObjectHeader header, UUID mailbox) {
        return new SlotName(header.tenant(), header.object(), mailbox, header.digest());
    }
}
