package org.postern.portal;

import java.security.SecureRandom;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.provider.KeyProvider;
import org.postern.keys.provider.KeyProviderAwayException;
import org.postern.keys.provider.LocalKeystore;
import org.postern.keys.provider.WrapContext;

/// A keeper of the root key that can be taken away.
final class AbsentKeyProvider implements KeyProvider {

    private final KeyProvider keeper;
    private volatile boolean away;

    AbsentKeyProvider(SecureRandom random) {
        this.keeper = LocalKeystore.inMemory(random);
    }

    /// Takes it away until the returned handle is closed.
    AutoCloseable away() {
        away = true;
        return () -> away = false;
    }

    @Override
    public String name() {
        return keeper.name();
    }

    @Override
    public byte[] wrap(byte[] secret, WrapContext context) {
        requireThere();
        return keeper.wrap(secret, context);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        requireThere();
        return keeper.unwrap(wrapped, context);
    }

    @Override
    public String currentVersion() {
        return keeper.currentVersion();
    }

    @Override
    public String versionOf(byte[] wrapped) throws OpeningFailedException {
        return keeper.versionOf(wrapped);
    }

    private void requireThere() {
        if (away) {
            throw new KeyProviderAwayException(name(), "taken away by a test", null);
        }
    }
}
