package org.postern.server.object;

import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.PublicKey32;

/// What opens one exported object and nothing else (docs/format.md, section 12).
///
/// @param authority who vouches for whoever sealed it, by all its keys
/// @param certificate of the instance that sealed it
record ObjectKey(
        UUID tenant,
        UUID object,
        Succession authority,
        InstanceCertificate certificate,
        DataKey dataKey) {

    private static final HexFormat HEX = HexFormat.of();
    private static final String FORMAT = "1";

    /// The key file.
    String text() {
        return "format: "
                + FORMAT
                + "\ntenant: "
                + tenant
                + "\nobject: "
                + object
                + "\nauthority: "
                + HEX.formatHex(authority.newest().toBytes())
                + (authority.keys().size() > 1
                        ? "\nsuccession: " + HEX.formatHex(authority.encode())
                        : "")
                + "\ncertificate: "
                + HEX.formatHex(certificate.encode())
                + "\ndata key: "
                + HEX.formatHex(dataKey.exportSecret())
                + "\n";
    }

    /// Reads a key file; empty for what is none.
    static Optional<ObjectKey> parse(String text) {
        Map<String, String> lines = new LinkedHashMap<>();
        for (String line : text.lines().toList()) {
            int colon = line.indexOf(": ");
            if (colon < 0
                    || lines.put(line.substring(0, colon), line.substring(colon + 2)) != null) {
                return Optional.empty();
            }
        }
        try {
            ObjectKey key =
                    new ObjectKey(
                            UUID.fromString(lines.getOrDefault("tenant", "")),
                            UUID.fromString(lines.getOrDefault("object", "")),
                            authority(lines),
                            InstanceCertificate.parse(
                                    HEX.parseHex(lines.getOrDefault("certificate", ""))),
                            DataKey.importSecret(HEX.parseHex(lines.getOrDefault("data key", ""))));
            // There is one way to write a key.
            return Optional.of(key).filter(read -> read.text().equals(text));
        } catch (IllegalArgumentException | OpeningFailedException e) {
            return Optional.empty();
        }
    }

    private static Succession authority(Map<String, String> lines) throws OpeningFailedException {
        @Nullable String succession = lines.get("succession");
        return succession == null
                ? Succession.of(PublicKey32.of(HEX.parseHex(lines.getOrDefault("authority", ""))))
                : Succession.parse(HEX.parseHex(succession));
    }

    @Override
    public String toString() {
        return "ObjectKey[object=" + object + "]";
    }
}
