package org.postern.keys.provider;

/// Where a token is found.
public sealed interface Pkcs11Slot {

    /// The slot of this number, whatever token is in it. Some modules number their slots anew when
    /// a token is made.
    record Numbered(long number) implements Pkcs11Slot {}

    /// The slot with the token of this label, looked for whenever a session is opened.
    record Labelled(String label) implements Pkcs11Slot {

        /// A token's label has 32 bytes, filled with blanks (PKCS#11, CK_TOKEN_INFO).
        private static final int LONGEST = 32;

        public Labelled {
            if (!isLabel(label)) {
                throw new IllegalArgumentException("a token's label has 1 to 32 characters");
            }
        }

        /// Whether a token can be called that.
        public static boolean isLabel(String text) {
            return !text.isBlank()
                    && text.length() <= LONGEST
                    && text.strip().equals(text)
                    && text.chars().allMatch(c -> c >= ' ' && c < 0x7f);
        }
    }
}
