package org.postern.db.store;

import org.postern.crypto.sealed.Signature64;

/// A deletion as it is recorded.
///
/// @param signature of the authority, to be verified before anything is deleted
public record SignedDeletion(Deletion deletion, Signature64 signature) {}
