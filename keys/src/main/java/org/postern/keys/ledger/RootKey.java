package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.provider.KeyProvider;
import org.postern.keys.provider.LocalKeystore;
import org.postern.keys.provider.WrapContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Wraps and unwraps as it stands in the ledger: what the key provider made, after its name, so
/// that the ledger knows who wrapped (docs/format.md, section 4.7). The local keystore's stands
/// alone, as it always did.
final class RootKey {

    private static final byte[] MAGIC = "PSTR".getBytes(US_ASCII);

    private final KeyProvider provider;

    RootKey(KeyProvider provider) {
        this.provider = provider;
    }

    byte[] wrap(byte[] secret, WrapContext context) {
        return stored(provider.name(), provider.wrap(secret, context));
    }

    /// @throws OpeningFailedException if it is not what this provider wrapped in this context
    /// @throws OtherKeyProviderException if another provider wrapped it
    byte[] unwrap(byte[] stored, WrapContext context) throws OpeningFailedException {
        requireOurs(stored);
        return provider.unwrap(wrapped(stored), context);
    }

    /// The same under the current version.
    byte[] rewrap(byte[] stored, WrapContext context) throws OpeningFailedException {
        requireOurs(stored);
        return stored(provider.name(), provider.rewrap(wrapped(stored), context));
    }

    /// The version that this is under, as the keeper calls it.
    String versionOf(byte[] stored) throws OpeningFailedException {
        requireOurs(stored);
        return provider.versionOf(wrapped(stored));
    }

    String currentVersion() {
        return provider.currentVersion();
    }

    String provider() {
        return provider.name();
    }

    /// Makes a new version, where that is ours to do.
    boolean rotate() {
        return provider.rotate();
    }

    private void requireOurs(byte[] stored) throws OpeningFailedException {
        String wrappedBy = providerOf(stored);
        if (!wrappedBy.equals(provider.name())) {
            throw new OtherKeyProviderException(wrappedBy, provider.name());
        }
    }

    /// The names of all providers that have wrapped something in the ledger.
    static Set<String> providers(JdbcClient ledger) {
        return ledger
                .sql(
                        """
                        SELECT wrapped_key AS wrapped FROM signing_key WHERE wrapped_key IS NOT NULL
                        UNION ALL SELECT wrapped_seed FROM spool_key WHERE wrapped_seed IS NOT NULL
                        UNION ALL SELECT wrapped_key FROM tenant_key WHERE purpose = 'tenant'
                        """)
                .query((row, _) -> row.getBytes("wrapped"))
                .stream()
                .map(stored -> {
                    try {
                        return providerOf(stored);
                    } catch (OpeningFailedException e) {
                        throw new DamagedLedgerException("wrapped key", e);
                    }
                })
                .collect(Collectors.toSet());
    }

    private static byte[] stored(String provider, byte[] wrapped) {
        if (provider.equals(LocalKeystore.NAME)) {
            return wrapped;
        }
        byte[] name = provider.getBytes(US_ASCII);
        return ByteBuffer.allocate(MAGIC.length + 1 + name.length + wrapped.length)
                .put(MAGIC)
                .put((byte) name.length)
                .put(name)
                .put(wrapped)
                .array();
    }

    private static String providerOf(byte[] stored) throws OpeningFailedException {
        if (!isNamed(stored)) {
            return LocalKeystore.NAME;
        }
        int start = MAGIC.length + 1;
        return new String(stored, start, end(stored) - start, US_ASCII);
    }

    private static byte[] wrapped(byte[] stored) throws OpeningFailedException {
        return isNamed(stored) ? Arrays.copyOfRange(stored, end(stored), stored.length) : stored;
    }

    private static boolean isNamed(byte[] stored) {
        return stored.length > MAGIC.length
                && Arrays.equals(stored, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
    }

    private static int end(byte[] stored) throws OpeningFailedException {
        int end = MAGIC.length + 1 + Byte.toUnsignedInt(stored[MAGIC.length]);
        if (end > stored.length) {
            throw new OpeningFailedException();
        }
        return end;
    }
}
