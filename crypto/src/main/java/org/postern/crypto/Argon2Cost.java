package org.postern.crypto;

/// What one guess costs: the parameters of Argon2id (RFC 9106, section 3.1).
///
/// The bounds keep a stored value from asking for more memory or time than this machine should
/// give.
public record Argon2Cost(int memoryKibibytes, int passes, int lanes) {

    /// For codes, which have few guesses and a short life: 19 MiB (OWASP Password Storage Cheat
    /// Sheet).
    public static final Argon2Cost CODE = new Argon2Cost(19 * 1024, 2, 1);

    /// For a passphrase, which guards a file that a thief can work on at leisure.
    public static final Argon2Cost PASSPHRASE = new Argon2Cost(64 * 1024, 3, 1);

    public Argon2Cost {
        boolean sane =
                memoryKibibytes >= 8 * lanes
                        && memoryKibibytes <= 1024 * 1024
                        && passes >= 1
                        && passes <= 32
                        && lanes >= 1
                        && lanes <= 16;
        if (!sane) {
            throw new IllegalArgumentException("Argon2 parameters are out of bounds");
        }
    }
}
