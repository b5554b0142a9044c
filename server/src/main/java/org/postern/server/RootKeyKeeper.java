package org.postern.server;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Set;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.provider.AwsKms;
import org.postern.keys.provider.KeyProvider;
import org.postern.keys.provider.LocalKeystore;
import org.postern.keys.provider.Pkcs11Provider;
import org.postern.keys.provider.VaultTransit;
import org.postern.server.cli.KeyProviderOptions;
import org.postern.server.embedded.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Finds the keeper of the root key that the operator chose.
final class RootKeyKeeper {

    private static final Logger log = LoggerFactory.getLogger(RootKeyKeeper.class);

    private RootKeyKeeper() {}

    /// The keeper, which nobody asks yet: mail is taken while it is away.
    ///
    /// @throws StartRefusedException if it cannot be right: a keystore that does not open, or a
    ///   ledger that another keeper has wrapped
    static KeyProvider of(HouseParts parts, JdbcClient ledger, SecureRandom random)
            throws StartRefusedException {
        KeyProvider provider = open(parts, random);
        requireSame(provider, ledger);
        return provider;
    }

    private static KeyProvider open(HouseParts parts, SecureRandom random)
            throws StartRefusedException {
        return switch (parts.options().keyProvider()) {
            case KeyProviderOptions.Local() -> keystore(parts, random);
            case KeyProviderOptions.Pkcs11 token ->
                    new Pkcs11Provider(
                            token.library(), token.slot(), token.pinFile(), token.keys(), random);
            case KeyProviderOptions.Vault vault -> vault(vault);
            case KeyProviderOptions.Aws aws -> AwsKms.of(aws.keys(), aws.endpoint());
        };
    }

    private static KeyProvider keystore(HouseParts parts, SecureRandom random)
            throws StartRefusedException {
        try {
            return LocalKeystore.openOrCreate(
                    parts.folder().keys().resolve("root.keystore"),
                    parts.keys().orElseThrow().passphrase().characters(),
                    random);
        } catch (OpeningFailedException e) {
            throw new StartRefusedException("the keystore does not open with this passphrase.", e);
        } catch (IOException e) {
            throw new StartRefusedException("the keystore cannot be read or written.", e);
        }
    }

    private static KeyProvider vault(KeyProviderOptions.Vault vault) throws StartRefusedException {
        try {
            return VaultTransit.at(
                    vault.address(), vault.key(), vault.tokenFile(), vault.authorities());
        } catch (IOException | GeneralSecurityException e) {
            throw new StartRefusedException("--vault-authorities holds no certificates in PEM.", e);
        }
    }

    /// While the ledger is away nobody can tell; then each key that it gives is looked at before it
    /// is unwrapped.
    private static void requireSame(KeyProvider provider, JdbcClient ledger)
            throws StartRefusedException {
        Set<String> wrappedBy;
        try {
            wrappedBy = KeyLedger.providers(ledger);
        } catch (DataAccessException e) {
            log.info("the ledger is empty or away: reason={}", e.getClass().getSimpleName());
            return;
        }
        for (String name : wrappedBy) {
            if (!name.equals(provider.name())) {
                throw new StartRefusedException(
                        "the key ledger was wrapped with --key-provider "
                                + name
                                + " and does not open with "
                                + provider.name()
                                + ". Start with --key-provider "
                                + name
                                + ".");
            }
        }
    }
}
