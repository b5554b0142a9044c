package org.postern.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.crypto.DkimKey;
import org.postern.notifications.dkim.DkimIdentity;
import org.postern.server.cli.DkimKeyFile;
import org.postern.server.embedded.StartRefusedException;

/// Keys that sign our mail, in PEM files (RFC 7468, section 10).
final class DkimKeys {

    private static final Pattern PEM =
            Pattern.compile(
                    "-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
    private static final int LINE = 64;

    private DkimKeys() {}

    /// Reads all that are named.
    ///
    /// @throws StartRefusedException if one cannot be used: mail that goes out unsigned by mistake
    ///   is noticed by others first
    static List<DkimIdentity> read(List<DkimKeyFile> files) throws StartRefusedException {
        List<DkimIdentity> identities = new ArrayList<>();
        for (DkimKeyFile each : files) {
            if (!DkimIdentity.isName(each.domain()) || !DkimIdentity.isName(each.selector())) {
                throw refused(each.file(), "domain and selector are names, such as example.com");
            }
            DkimIdentity identity =
                    new DkimIdentity(each.domain(), each.selector(), read(each.file()));
            if (identities.stream()
                    .anyMatch(known -> known.recordName().equals(identity.recordName()))) {
                throw refused(
                        each.file(), "there are two keys with the selector " + each.selector());
            }
            identities.add(identity);
        }
        return List.copyOf(identities);
    }

    private static DkimKey read(Path file) throws StartRefusedException {
        String text;
        try {
            text = Files.readString(file, US_ASCII);
        } catch (IOException e) {
            throw refused(file, "it cannot be read");
        }
        Matcher pem = PEM.matcher(text);
        Optional<DkimKey> key =
                pem.find()
                        ? DkimKey.parse(Base64.getMimeDecoder().decode(pem.group(1)))
                        : Optional.empty();
        return key.orElseThrow(() ->
                refused(
                        file,
                        "there is no PRIVATE KEY in it of RSA with 2048 to 4096 bits, or of"
                                + " Ed25519"));
    }

    private static StartRefusedException refused(Path file, String why) {
        return new StartRefusedException("--dkim-key cannot be used: " + file + ": " + why + ".");
    }

    /// The file for a key.
    static String pem(DkimKey key) {
        return "-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(LINE, new byte[] {'\n'}).encodeToString(key.exportSecret())
                + "\n-----END PRIVATE KEY-----\n";
    }
}
