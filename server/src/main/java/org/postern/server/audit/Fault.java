package org.postern.server.audit;

import java.util.Locale;

/// What can be wrong with an export.
enum Fault {
    /// A line is not as it was written, or not what was chained.
    EDITED,
    /// An event is nowhere.
    MISSING,
    /// An event stands elsewhere in the file.
    MOVED,
    /// A line is one too many.
    INSERTED,
    /// A checkpoint is not signed by the key, or not of this chain.
    CHECKPOINT,
    /// Events are not those that were signed, though each fits its own hash.
    REWRITTEN,
    /// There are fewer events than a checkpoint that was seen before says.
    SHORTER;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
