package org.postern.mail.returned;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postern.crypto.MacKey;
import org.postern.db.EmailAddress;
import org.postern.db.JobId;
import org.postern.db.MalformedAddressException;
import org.postern.db.TenantId;

/// The reverse-path of one mail of ours, `returned+JOB.MAC@DOMAIN`: by it alone is known which mail
/// a report is about, whatever the report says (docs/format.md, section 15). In hexadecimal digits,
/// since mail servers change the case of letters; with 61 of the 64 octets that a local part may
/// have (RFC 5321, section 4.5.3.1.1).
public final class ReturnAddress {

    private static final byte[] PURPOSE = "postern returned mail\0".getBytes(US_ASCII);
    private static final Pattern LOCAL_PART =
            Pattern.compile("returned\\+([0-9a-f]{32})\\.([0-9a-f]{20})");
    private static final String NO_ANSWER = "no-answer";

    /// 80 bits: each guess costs a session, and none can be tried without us.
    private static final int MAC_BYTES = 10;

    private ReturnAddress() {}

    /// Where the mail of this job comes back to.
    ///
    /// @param domain the tenant's return domain
    public static EmailAddress of(MacKey key, TenantId tenant, JobId job, String domain) {
        return address(
                "returned+"
                        + HexFormat.of().formatHex(bytes(job.value()))
                        + "."
                        + HexFormat.of().formatHex(mac(key, tenant, job)),
                domain);
    }

    /// The address that notices name for answers, and that takes none: whoever answers hears so at
    /// once from his own mail server.
    public static EmailAddress noAnswer(String domain) {
        return address(NO_ANSWER, domain);
    }

    /// Whether this is an address of [#noAnswer].
    public static boolean isNoAnswer(EmailAddress address) {
        return address.localPart().equalsIgnoreCase(NO_ANSWER);
    }

    /// The job whose mail comes back to this address, if we have made it.
    ///
    /// @param keys of which one may have made it
    public static Optional<JobId> job(List<MacKey> keys, TenantId tenant, EmailAddress address) {
        Matcher parts = LOCAL_PART.matcher(address.localPart().toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        ByteBuffer id = ByteBuffer.wrap(HexFormat.of().parseHex(parts.group(1)));
        JobId job = new JobId(new UUID(id.getLong(), id.getLong()));
        byte[] given = HexFormat.of().parseHex(parts.group(2));
        return keys.stream().anyMatch(key -> MessageDigest.isEqual(given, mac(key, tenant, job)))
                ? Optional.of(job)
                : Optional.empty();
    }

    private static byte[] mac(MacKey key, TenantId tenant, JobId job) {
        byte[] named =
                ByteBuffer.allocate(PURPOSE.length + 32)
                        .put(PURPOSE)
                        .put(bytes(tenant.value()))
                        .put(bytes(job.value()))
                        .array();
        return Arrays.copyOf(key.mac(named).toBytes(), MAC_BYTES);
    }

    private static byte[] bytes(UUID id) {
        return ByteBuffer.allocate(16)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .array();
    }

    private static EmailAddress address(String localPart, String domain) {
        try {
            return EmailAddress.parse(localPart + "@" + domain);
        } catch (MalformedAddressException e) {
            throw new IllegalStateException("a return domain is a domain", e);
        }
    }
}
