package org.postern.intake;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.postern.crypto.Tokens;
import org.postern.mail.mime.HeaderSection;

/// The field by which an organisation in a shared cloud tells its mail from that of others there.
/// Like all that is said to us it goes no further: see [PermittedChanges].
final class SecretHeader {

    private static final String FIELD = "X-Postern-Connector";

    private SecretHeader() {}

    /// @param digests SHA-256 in base64 of what it may say
    static boolean isIn(HeaderSection header, List<String> digests) {
        return header.all(FIELD).stream()
                .map(field -> Tokens.hash(field.value()).toBytes())
                .anyMatch(hash -> isOneOf(hash, digests));
    }

    /// How long it takes says nothing about the digests.
    private static boolean isOneOf(byte[] hash, List<String> digests) {
        boolean found = false;
        for (String digest : digests) {
            found |= MessageDigest.isEqual(hash, Base64.getDecoder().decode(digest));
        }
        return found;
    }
}
