package org.postern.db;

import java.util.Optional;

/// What a recipient must know to open a message, besides reading the mail sent to his address: kept
/// as a slow hash from the door on. It keeps a message shut, and encrypts nothing.
///
/// @param hash Argon2id in the PHC string format (RFC 9106)
/// @param hint by which recipients remember it; anybody with the mailbox reads it
public record MessagePassword(String hash, Optional<String> hint) {

    @Override
    public String toString() {
        return "MessagePassword[redacted]";
    }
}
