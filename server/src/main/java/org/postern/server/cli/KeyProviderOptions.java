package org.postern.server.cli;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.postern.keys.provider.AwsKms;
import org.postern.keys.provider.LocalKeystore;
import org.postern.keys.provider.Pkcs11Provider;
import org.postern.keys.provider.Pkcs11Slot;
import org.postern.keys.provider.VaultTransit;

/// Where the root key is kept, as `up` was told.
public sealed interface KeyProviderOptions {

    /// The file under the data folder.
    record Local() implements KeyProviderOptions {}

    /// A token behind PKCS#11.
    ///
    /// @param keys labels; the first wraps, all unwrap
    record Pkcs11(Path library, Pkcs11Slot slot, Path pinFile, List<String> keys)
            implements KeyProviderOptions {}

    /// The Transit engine of a Vault.
    ///
    /// @param authorities who vouches for its certificate; Java's own list if nobody
    record Vault(URI address, Path tokenFile, String key, Optional<Path> authorities)
            implements KeyProviderOptions {}

    /// AWS KMS.
    ///
    /// @param keys ARNs; the first wraps, all unwrap
    /// @param endpoint where it is not the region's own
    record Aws(List<String> keys, Optional<URI> endpoint) implements KeyProviderOptions {}

    Option PROVIDER =
            Option.of(
                            "--key-provider",
                            "NAME",
                            "who keeps the root key: local (a file under a passphrase), pkcs11,"
                                    + " vault or aws-kms")
                    .variable("POSTERN_KEY_PROVIDER")
                    .standard(LocalKeystore.NAME);

    Option PKCS11_LIBRARY =
            Option.of("--pkcs11-library", "FILE", "library of the security module")
                    .variable("POSTERN_PKCS11_LIBRARY");

    Option PKCS11_SLOT =
            Option.of(
                            "--pkcs11-slot",
                            "NUMBER",
                            "slot that its token is in, if it is not looked for by its label")
                    .variable("POSTERN_PKCS11_SLOT");

    Option PKCS11_TOKEN_LABEL =
            Option.of(
                            "--pkcs11-token-label",
                            "LABEL",
                            "label of its token, whichever slot that is in")
                    .variable("POSTERN_PKCS11_TOKEN_LABEL");

    Option PKCS11_PIN_FILE =
            Option.of("--pkcs11-pin-file", "FILE", "file with the PIN of the token's user")
                    .variable("POSTERN_PKCS11_PIN_FILE");

    Option PKCS11_KEYS =
            Option.of(
                            "--pkcs11-keys",
                            "LABELS",
                            "labels of the AES-256 keys in the token, with commas between; the"
                                    + " first is used for what is new")
                    .variable("POSTERN_PKCS11_KEYS");

    Option VAULT_URL =
            Option.of(
                            "--vault-url",
                            "URL",
                            "address of Vault, https://HOST:PORT; http on this machine alone")
                    .variable("POSTERN_VAULT_URL");

    Option VAULT_TOKEN_FILE =
            Option.of("--vault-token-file", "FILE", "file with the token; read at every request")
                    .variable("POSTERN_VAULT_TOKEN_FILE");

    Option VAULT_KEY =
            Option.of("--vault-key", "NAME", "key of type aes256-gcm96 in the Transit engine")
                    .variable("POSTERN_VAULT_KEY");

    Option VAULT_AUTHORITIES =
            Option.of(
                            "--vault-authorities",
                            "FILE",
                            "authorities in PEM that vouch for Vault's certificate, instead of"
                                    + " Java's own list")
                    .variable("POSTERN_VAULT_AUTHORITIES");

    Option AWS_KMS_KEYS =
            Option.of(
                            "--aws-kms-keys",
                            "ARNS",
                            "ARNs of symmetric keys in one region, with commas between; the first"
                                    + " is used for what is new")
                    .variable("POSTERN_AWS_KMS_KEYS");

    Option AWS_KMS_ENDPOINT =
            Option.of("--aws-kms-endpoint", "URL", "address of KMS, if not that of the region")
                    .variable("POSTERN_AWS_KMS_ENDPOINT");

    /// All options about it.
    static List<Option> all() {
        return List.of(
                PROVIDER,
                PKCS11_LIBRARY,
                PKCS11_SLOT,
                PKCS11_TOKEN_LABEL,
                PKCS11_PIN_FILE,
                PKCS11_KEYS,
                VAULT_URL,
                VAULT_TOKEN_FILE,
                VAULT_KEY,
                VAULT_AUTHORITIES,
                AWS_KMS_KEYS,
                AWS_KMS_ENDPOINT);
    }

    /// Reads what the provider that was chosen needs, and nothing of the others'.
    static KeyProviderOptions of(Arguments arguments) throws UsageException {
        String name = arguments.text(PROVIDER);
        return switch (name) {
            case LocalKeystore.NAME -> new Local();
            case Pkcs11Provider.NAME ->
                    new Pkcs11(
                            file(arguments, PKCS11_LIBRARY),
                            slot(arguments),
                            file(arguments, PKCS11_PIN_FILE),
                            words(arguments, PKCS11_KEYS));
            case VaultTransit.NAME ->
                    new Vault(
                            address(arguments, VAULT_URL),
                            file(arguments, VAULT_TOKEN_FILE),
                            vaultKey(arguments),
                            arguments.find(VAULT_AUTHORITIES).isPresent()
                                    ? Optional.of(file(arguments, VAULT_AUTHORITIES))
                                    : Optional.empty());
            case AwsKms.NAME ->
                    new Aws(
                            awsKeys(arguments),
                            arguments.find(AWS_KMS_ENDPOINT).isPresent()
                                    ? Optional.of(address(arguments, AWS_KMS_ENDPOINT))
                                    : Optional.empty());
            default ->
                    throw new UsageException(
                            PROVIDER.name()
                                    + " is local, pkcs11, vault or aws-kms, not \""
                                    + name
                                    + "\".");
        };
    }

    private static Path file(Arguments arguments, Option option) throws UsageException {
        Path file = arguments.path(option);
        if (!Files.isReadable(file)) {
            throw new UsageException(option.name() + " cannot be read: " + file + ".");
        }
        return file;
    }

    private static List<String> words(Arguments arguments, Option option) throws UsageException {
        List<String> words =
                Arrays.stream(arguments.text(option).split(",", -1))
                        .map(String::strip)
                        .filter(word -> !word.isEmpty())
                        .toList();
        if (words.isEmpty()) {
            throw new UsageException(option.name() + " names no key.");
        }
        return words;
    }

    private static Pkcs11Slot slot(Arguments arguments) throws UsageException {
        Optional<String> label = arguments.find(PKCS11_TOKEN_LABEL);
        Optional<String> number = arguments.find(PKCS11_SLOT);
        if (label.isPresent() == number.isPresent()) {
            throw new UsageException(
                    "a token is found by "
                            + PKCS11_TOKEN_LABEL.name()
                            + " or by "
                            + PKCS11_SLOT.name()
                            + ": give one of them.");
        }
        if (label.isPresent()) {
            if (!Pkcs11Slot.Labelled.isLabel(label.get())) {
                throw new UsageException(
                        PKCS11_TOKEN_LABEL.name() + " has 1 to 32 characters of ASCII.");
            }
            return new Pkcs11Slot.Labelled(label.get());
        }
        String text = number.orElseThrow();
        try {
            return new Pkcs11Slot.Numbered(Long.parseUnsignedLong(text));
        } catch (NumberFormatException e) {
            throw new UsageException(
                    PKCS11_SLOT.name() + " wants the number of a slot, not \"" + text + "\".");
        }
    }

    private static String vaultKey(Arguments arguments) throws UsageException {
        String key = arguments.text(VAULT_KEY);
        if (!VaultTransit.isKey(key)) {
            throw new UsageException(VAULT_KEY.name() + " is no name of a key: " + key + ".");
        }
        return key;
    }

    private static List<String> awsKeys(Arguments arguments) throws UsageException {
        List<String> keys = words(arguments, AWS_KMS_KEYS);
        if (!AwsKms.areKeys(keys)) {
            throw new UsageException(
                    AWS_KMS_KEYS.name()
                            + " wants keys of one region, arn:aws:kms:REGION:ACCOUNT:key/ID; an"
                            + " alias may point elsewhere tomorrow.");
        }
        return keys;
    }

    /// What goes there is a secret or opens one.
    private static URI address(Arguments arguments, Option option) throws UsageException {
        String text = arguments.text(option);
        try {
            URI address = URI.create(text);
            if (VaultTransit.isPrivate(address)) {
                return address;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new UsageException(
                option.name()
                        + " wants https://HOST:PORT, or http on this machine, not \""
                        + text
                        + "\".");
    }
}
