package org.postern.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.postern.server.cli.UpOptions;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.SecretFile;
import org.postern.server.embedded.StartRefusedException;

/// The keystore's passphrase: the operator's own, or in the demo a random one beside the keystore.
final class Passphrase {

    private final char[] characters;

    private Passphrase(char[] characters) {
        this.characters = characters;
    }

    static Passphrase of(UpOptions options, DataFolder folder, SecureRandom random)
            throws StartRefusedException {
        try {
            if (options.passphraseFile().isPresent()) {
                Path file = options.passphraseFile().get();
                String text = Files.readString(file, UTF_8).strip();
                if (text.isEmpty()) {
                    throw new StartRefusedException("the passphrase file " + file + " is empty.");
                }
                return new Passphrase(text.toCharArray());
            }
            return new Passphrase(
                    SecretFile.readOrCreate(folder.keys().resolve("passphrase"), random)
                            .toCharArray());
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the keystore's passphrase cannot be read or written.", e);
        }
    }

    char[] characters() {
        return characters.clone();
    }

    @Override
    public String toString() {
        return "Passphrase[redacted]";
    }
}
