package org.postern.keys;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.provider.KeyProvider;
import org.postern.keys.provider.KeyProviderAwayException;
import org.postern.keys.provider.LocalKeystore;
import org.postern.keys.provider.WrapContext;

/// A keeper elsewhere under another name, which counts how often it is asked, and may go away.
final class CountingKeyProvider implements KeyProvider {

    private final KeyProvider keeper = LocalKeystore.inMemory(new SecureRandom());
    private final String name;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile boolean away;

    CountingKeyProvider(String name) {
        this.name = name;
    }

    int calls() {
        return calls.get();
    }

    void goAway() {
        away = true;
    }

    void comeBack() {
        away = false;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public byte[] wrap(byte[] secret, WrapContext context) {
        ask();
        return keeper.wrap(secret, context);
    }

    @Override
    public byte[] unwrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        ask();
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

    private void ask() {
        calls.incrementAndGet();
        if (away) {
            throw new KeyProviderAwayException(name, "taken away by a test", null);
        }
    }
}
