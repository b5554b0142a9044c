package org.postern.db.store;

import org.postern.crypto.sealed.Mac256;

/// A signed checkpoint of a tenant's chain.
///
/// @param size how many events it covers
/// @param note the signed note (docs/format.md, section 11.3)
public record StoredCheckpoint(long size, Mac256 rootHash, String note) {}
