package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.provider.Attempts.BusyException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The root key in Vault's (or OpenBao's) Transit engine: a key of type `aes256-gcm96`, the context
/// as its associated data (docs/format.md, section 4.7).
///
/// Vault's own `rewrap` takes no associated data, so re-wrapping unwraps and wraps.
public final class VaultTransit implements KeyProvider {

    /// What it is called.
    public static final String NAME = "vault";

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,128}");
    private static final Pattern CIPHERTEXT =
            Pattern.compile("vault:v([1-9][0-9]{0,8}):([A-Za-z0-9+/]{1,1000}={0,2})");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final VaultConnection vault;
    private final String key;
    private final Attempts attempts;

    VaultTransit(VaultConnection vault, String key, Attempts.Pause pause) {
        if (!isKey(key)) {
            throw new IllegalArgumentException("not the name of a Transit key");
        }
        this.vault = vault;
        this.key = key;
        this.attempts = new Attempts(NAME, pause);
    }

    /// Asks nobody yet.
    ///
    /// @param address for which [#isPrivate] holds
    /// @param tokenFile holds the token, and may change
    /// @param authorities who vouches for Vault's certificate, in PEM; Java's own list if nobody
    /// @throws IOException if the authorities cannot be read
    /// @throws GeneralSecurityException if they are none
    public static VaultTransit at(
            URI address, String key, Path tokenFile, Optional<Path> authorities)
            throws IOException, GeneralSecurityException {
        if (!isPrivate(address)) {
            throw new IllegalArgumentException("an address without TLS off this machine");
        }
        return new VaultTransit(
                new VaultConnection(address, tokenFile, authorities, PATIENCE), key, Thread::sleep);
    }

    /// Whether what is said to this address stays unseen: TLS, or this machine.
    public static boolean isPrivate(URI address) {
        return VaultConnection.isPrivate(address);
    }

    /// Whether a key may be called so.
    public static boolean isKey(String name) {
        return KEY.matcher(name).matches();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public byte[] wrap(byte[] secret, WrapContext context) {
        if (secret.length != SECRET_BYTES) {
            throw new IllegalArgumentException("a secret has 32 bytes");
        }
        try {
            JsonNode data = ask("encrypt", "plaintext", base64(secret), context);
            String ciphertext = data.path("ciphertext").asString("");
            if (!CIPHERTEXT.matcher(ciphertext).matches()) {
                throw attempts.away("malformed answer", null);
            }
            return ciphertext.getBytes(US_ASCII);
        } catch (OpeningFailedException e) {
            throw attempts.away("encrypt refused", e);
        }
    }

    @Override
    public byte[] unwrap(byte[] wrapped, WrapContext context) throws OpeningFailedException {
        Matcher ciphertext = ciphertext(wrapped);
        JsonNode data = ask("decrypt", "ciphertext", ciphertext.group(), context);
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(data.path("plaintext").asString("-"));
        } catch (IllegalArgumentException e) {
            throw attempts.away("malformed answer", null); // whose text would quote the secret
        }
        if (secret.length != SECRET_BYTES) {
            throw new OpeningFailedException();
        }
        return secret;
    }

    /// The newest version, as Vault itself counts them.
    @Override
    public String currentVersion() {
        try {
            JsonNode data = attempts.make(() -> data(vault.get("/v1/transit/keys/" + key)));
            int version = data.path("latest_version").asInt(0);
            if (version < 1) {
                throw attempts.away("malformed answer", null);
            }
            return Integer.toString(version);
        } catch (OpeningFailedException e) {
            throw attempts.away("keys refused", e);
        }
    }

    @Override
    public String versionOf(byte[] wrapped) throws OpeningFailedException {
        return ciphertext(wrapped).group(1);
    }

    private static Matcher ciphertext(byte[] wrapped) throws OpeningFailedException {
        Matcher matcher = CIPHERTEXT.matcher(new String(wrapped, US_ASCII));
        if (!matcher.matches() || !isCanonical(matcher.group(2))) {
            throw new OpeningFailedException();
        }
        return matcher;
    }

    /// Base64 has bits that mean nothing (RFC 4648, section 3.5), and Vault does not look at them.
    private static boolean isCanonical(String base64) {
        try {
            return base64(Base64.getDecoder().decode(base64)).equals(base64);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private JsonNode ask(String verb, String field, String value, WrapContext context)
            throws OpeningFailedException {
        String body =
                JSON.writeValueAsString(
                        Map.of(field, value, "associated_data", base64(context.associatedData())));
        return attempts.make(() -> data(vault.post("/v1/transit/" + verb + "/" + key, body)));
    }

    /// What Vault answers, told apart by status: https://developer.hashicorp.com/vault/api-docs.
    private JsonNode data(VaultConnection.Answer answer)
            throws BusyException, OpeningFailedException {
        int status = answer.status();
        // 412: a standby that has not heard of the token yet; 472 and 473: a standby that forwards
        // nothing
        if (status == 412 || status == 429 || status == 472 || status == 473 || status >= 500) {
            throw new BusyException("status " + status, null);
        }
        if (status == 400 && isRefusal(answer.body())) {
            throw new OpeningFailedException();
        }
        if (status != 200) {
            throw attempts.away("status " + status, null);
        }
        try {
            return JSON.readTree(answer.body()).path("data");
        } catch (JacksonException e) {
            throw attempts.away("malformed answer", null); // whose text may quote the answer
        }
    }

    /// Vault answers 400 to much that is not about the ciphertext, such as a key that is not there:
    /// that is the operator's to repair, and nothing is damaged.
    private static boolean isRefusal(String body) {
        return body.contains("message authentication failed")
                || body.contains("invalid ciphertext");
    }

    private static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public String toString() {
        return "VaultTransit[" + vault + ", key=" + key + "]";
    }
}
