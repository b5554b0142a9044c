package org.postern.keys.ledger;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationData;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticationRequest;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.RegistrationRequest;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.authenticator.AuthenticatorData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.CollectedClientData;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.postern.keys.KeyService.Assertion;
import org.postern.keys.SignInSettings.NewPasskey;
import tools.jackson.core.JacksonException;

/// Checks what authenticators sign (Web Authentication level 2, sections 7.1 and 7.2), by
/// webauthn4j: challenge, origin, host, user verification, signature, counter. Which maker an
/// authenticator has is not asked.
final class PasskeyVerifier {

    private static final List<PublicKeyCredentialParameters> ALGORITHMS =
            List.of(
                    algorithm(COSEAlgorithmIdentifier.EdDSA),
                    algorithm(COSEAlgorithmIdentifier.ES256),
                    algorithm(COSEAlgorithmIdentifier.RS256));

    private final ObjectConverter objects = new ObjectConverter();
    private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(objects);
    private final AttestedCredentialDataConverter credentials =
            new AttestedCredentialDataConverter(objects);

    /// The credential that a browser made.
    ///
    /// @param isOurs takes the challenge that was signed: whether we gave it out for this
    Optional<Credential> made(NewPasskey passkey, Predicate<String> isOurs) {
        try {
            RegistrationData data =
                    manager.parse(
                            new RegistrationRequest(
                                    bytes(passkey.attestation()), bytes(passkey.clientData())));
            String challenge = challenge(data.getCollectedClientData());
            if (!isOurs.test(challenge)) {
                return Optional.empty();
            }
            String host = host(passkey.origin());
            RegistrationData verified =
                    manager.verify(
                            data,
                            new RegistrationParameters(
                                    server(passkey.origin(), host, challenge),
                                    ALGORITHMS,
                                    true,
                                    true));
            AuthenticatorData<?> made =
                    present(present(verified.getAttestationObject()).getAuthenticatorData());
            AttestedCredentialData credential = present(made.getAttestedCredentialData());
            return Optional.of(
                    new Credential(
                            text(credential.getCredentialId()),
                            host,
                            text(credentials.convert(credential)),
                            made.getSignCount()));
        } catch (WebAuthnException | JacksonException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The credential's counter after this signature; empty if it is not its signature.
    ///
    /// @param known whose id the assertion names
    OptionalLong signed(Assertion assertion, Credential known, Predicate<String> isOurs) {
        try {
            AuthenticationData data =
                    manager.parse(
                            new AuthenticationRequest(
                                    bytes(assertion.credential()),
                                    bytes(assertion.data()),
                                    bytes(assertion.clientData()),
                                    bytes(assertion.signature())));
            String challenge = challenge(data.getCollectedClientData());
            if (!isOurs.test(challenge) || !host(assertion.origin()).equals(known.host())) {
                return OptionalLong.empty();
            }
            manager.verify(
                    data,
                    new AuthenticationParameters(
                            server(assertion.origin(), known.host(), challenge),
                            new CredentialRecordImpl(
                                    new NoneAttestationStatement(),
                                    null,
                                    null,
                                    null,
                                    known.signCount(),
                                    credentials.convert(bytes(known.publicKey())),
                                    null,
                                    null,
                                    null,
                                    Set.of()),
                            null,
                            true,
                            true));
            return OptionalLong.of(present(data.getAuthenticatorData()).getSignCount());
        } catch (WebAuthnException | JacksonException | IllegalArgumentException e) {
            return OptionalLong.empty();
        }
    }

    /// The host of the page: an authenticator signs for it alone, whoever asks and whatever he says
    /// (section 5.1.4.1).
    private static String host(String origin) {
        @Nullable String host = URI.create(origin).getHost();
        if (host == null) {
            throw new IllegalArgumentException("not an origin");
        }
        return host.toLowerCase(Locale.ROOT);
    }

    private static ServerProperty server(String origin, String host, String challenge) {
        return ServerProperty.builder()
                .origin(new Origin(origin))
                .rpId(host)
                .challenge(new DefaultChallenge(challenge))
                .build();
    }

    private static String challenge(@Nullable CollectedClientData data) {
        return text(present(data).getChallenge().getValue());
    }

    private static PublicKeyCredentialParameters algorithm(COSEAlgorithmIdentifier algorithm) {
        return new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, algorithm);
    }

    private static byte[] bytes(String base64) {
        return Base64.getUrlDecoder().decode(base64);
    }

    private static String text(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static <T> T present(@Nullable T value) {
        if (value == null) {
            throw new IllegalArgumentException("incomplete");
        }
        return value;
    }

    /// A credential as it is kept. Bytes are base64url.
    ///
    /// @param host that it signs for
    /// @param publicKey in its attested credential data
    record Credential(String id, String host, String publicKey, long signCount) {

        @Override
        public String toString() {
            return "Credential[redacted]";
        }
    }
}
