package org.postern.db.store;

import java.util.List;
import java.util.Optional;

/// A page of a folder, newest first.
///
/// @param slots those whose rows can be read; a damaged one is left out
/// @param next where the page after this one begins; empty on the last
public record SlotPage(List<StoredSlot> slots, Optional<PagePosition> next) {

    public SlotPage {
        slots = List.copyOf(slots);
    }
}
