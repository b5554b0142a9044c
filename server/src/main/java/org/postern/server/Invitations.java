package org.postern.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.keys.Role;
import org.postern.keys.provider.CallerAuthority;
import org.postern.server.cli.RoleOptions;
import org.postern.server.cli.UsageException;
import org.postern.server.embedded.SecretFile;

/// Makes for another process what it shows when it asks for keys: a file to carry there.
final class Invitations {

    private final CallerAuthority callers;
    private final Path folder;

    Invitations(CallerAuthority callers, Path folder) {
        this.callers = callers;
        this.folder = folder;
    }

    /// Key and certificate for a process, in place of those that it may have had.
    ///
    /// @param name under which it may seal
    /// @param roles such as `intake,portal`
    Path invite(String name, String roles) throws RefusedException, IOException {
        if (!ObjectHeader.isInstanceId(name)) {
            throw new RefusedException(
                    "a name has 1 to 64 letters, digits, dots, hyphens and underscores.");
        }
        Set<Role> wanted = EnumSet.copyOf(parse(roles));
        if (wanted.contains(Role.KEYS)) {
            throw new RefusedException("whoever has the keys asks nobody for them.");
        }
        Files.createDirectories(folder);
        Path file = folder.resolve(name + ".pem");
        SecretFile.write(file, callers.invite(name, wanted));
        return file;
    }

    private static Set<Role> parse(String roles) throws RefusedException {
        try {
            if (roles.isBlank()) {
                throw new RefusedException("say what it is to be: --role intake.");
            }
            return RoleOptions.parse(Optional.of(roles));
        } catch (UsageException e) {
            throw new RefusedException(e.sentence());
        }
    }

    /// It cannot be invited like this; the message says why.
    static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        RefusedException(String sentence) {
            super(sentence);
        }
    }
}
