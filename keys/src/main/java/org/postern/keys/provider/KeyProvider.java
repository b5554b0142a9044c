package org.postern.keys.provider;

import org.postern.crypto.sealed.OpeningFailedException;

/// Keeps the root key, and wraps under it the 32-byte secrets at the top of the key ledger: tenant
/// keys, spool keys, the signing key. Never anything of a single message. Thread-safe.
///
/// Every method that asks the keeper throws a [KeyProviderAwayException] while the keeper is away
/// or refuses to serve us: try again later. Only what the keeper has looked at and found to be
/// another secret, or damaged, is an [OpeningFailedException].
public interface KeyProvider {

    /// How many bytes a secret has.
    int SECRET_BYTES = 32;

    /// The name by which configuration and wrapped secrets know it: docs/format.md, section 4.7.
    String name();

    /// Wraps under the current version of the root key.
    byte[] wrap(byte[] secret, WrapContext context);

    /// The secret, if it was wrapped here in this context.
    byte[] unwrap(byte[] wrapped, WrapContext context) throws OpeningFailedException;

    /// The version of the root key that `wrap` takes now. What [#versionOf] says differently about
    /// is due to be re-wrapped.
    String currentVersion();

    /// Makes a new version and wraps under it from now on, where that is ours to do: kept safely
    /// before this returns. Most keepers leave it to their operators.
    ///
    /// @return false if it is not ours
    default boolean rotate() {
        return false;
    }

    /// The version that this was wrapped under, read from it without asking anybody.
    String versionOf(byte[] wrapped) throws OpeningFailedException;

    /// The same secret under the current version. Where the keeper can do it, the secret does not
    /// leave it.
    default byte[] rewrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        return wrap(unwrap(wrapped, context), context);
    }
}
