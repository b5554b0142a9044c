package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.TenantId;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered.Rows;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What an organisation's part of a snapshot hashes to, one hash for each kind of row:
/// docs/format.md, section 14. It is made from the part as it is signed, so whatever enters a
/// snapshot enters this.
///
/// @param hashes in the order of [#ORDER]
record ConfigurationDigest(List<Mac256> hashes) {

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private static final List<Rows> ORDER = List.of(Rows.TENANT, Rows.DOMAINS, Rows.CONNECTORS);
    private static final int HASH = 32;
    private static final byte[] LABEL = "postern configuration\0".getBytes(UTF_8);
    private static final String DOMAINS = "domains";
    private static final String CONNECTORS = "connectors";

    ConfigurationDigest {
        hashes = List.copyOf(hashes);
    }

    static ConfigurationDigest of(Tenant tenant) {
        return of(tenant.id(), JSON.valueToTree(tenant));
    }

    /// Of each organisation in a snapshot that is to be signed.
    ///
    /// @throws tools.jackson.core.JacksonException if the document is no snapshot
    static Map<TenantId, ConfigurationDigest> ofSnapshot(byte[] document) {
        Map<TenantId, ConfigurationDigest> digests = new LinkedHashMap<>();
        for (JsonNode tenant : JSON.readTree(document).required("tenants")) {
            TenantId id = JSON.treeToValue(tenant.required("id"), TenantId.class);
            digests.put(id, of(id, tenant));
        }
        return digests;
    }

    static ConfigurationDigest stored(byte[] bytes) {
        List<Mac256> hashes = new ArrayList<>();
        try {
            for (int at = 0; at < bytes.length; at += HASH) {
                hashes.add(Mac256.of(Arrays.copyOfRange(bytes, at, at + HASH)));
            }
        } catch (OpeningFailedException e) {
            throw new DamagedLedgerException("configuration", e);
        }
        return new ConfigurationDigest(hashes);
    }

    byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        hashes.forEach(hash -> bytes.writeBytes(hash.toBytes()));
        return bytes.toByteArray();
    }

    /// The kinds of rows in which the two differ.
    Set<Rows> differing(ConfigurationDigest other) {
        Set<Rows> differing = EnumSet.noneOf(Rows.class);
        for (int i = 0; i < ORDER.size(); i++) {
            if (!hashes.get(i).equals(other.hashes.get(i))) {
                differing.add(ORDER.get(i));
            }
        }
        return differing;
    }

    private static ConfigurationDigest of(TenantId id, JsonNode tenant) {
        List<Mac256> hashes = new ArrayList<>();
        for (Rows rows : ORDER) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.writeBytes(LABEL);
            out.writeBytes(id(id));
            out.write(ORDER.indexOf(rows));
            switch (rows) {
                case TENANT -> object(tenant, Set.of(DOMAINS, CONNECTORS), out);
                case DOMAINS -> value(tenant.path(DOMAINS), out);
                case CONNECTORS -> value(tenant.path(CONNECTORS), out);
            }
            hashes.add(Mac256.sha256(out.toByteArray()));
        }
        return new ConfigurationDigest(hashes);
    }

    private static byte[] id(TenantId id) {
        return ByteBuffer.allocate(16)
                .putLong(id.value().getMostSignificantBits())
                .putLong(id.value().getLeastSignificantBits())
                .array();
    }

    private static void value(JsonNode value, ByteArrayOutputStream out) {
        if (value.isObject()) {
            object(value, Set.of(), out);
        } else if (value.isArray()) {
            head('a', value.size(), out);
            value.forEach(each -> value(each, out));
        } else if (value.isString()) {
            text('s', value.asString(), out);
        } else if (value.isNumber()) {
            text('n', value.asString(), out);
        } else {
            head(value.isBoolean() && value.asBoolean() ? 't' : 'z', 0, out);
        }
    }

    /// A member that says nothing is left out: a release that adds one makes the same digest of
    /// rows that have none.
    private static void object(JsonNode object, Set<String> without, ByteArrayOutputStream out) {
        List<Map.Entry<String, JsonNode>> members =
                object.properties().stream()
                        .filter(member -> !without.contains(member.getKey()))
                        .filter(member -> saysSomething(member.getValue()))
                        .sorted(Map.Entry.comparingByKey())
                        .toList();
        head('o', members.size(), out);
        for (Map.Entry<String, JsonNode> member : members) {
            text('s', member.getKey(), out);
            value(member.getValue(), out);
        }
    }

    private static boolean saysSomething(JsonNode value) {
        return !(value.isNull()
                || (value.isBoolean() && !value.asBoolean())
                || (value.isString() && value.asString().isEmpty())
                || (value.isArray() && value.isEmpty()));
    }

    private static void text(char kind, String text, ByteArrayOutputStream out) {
        byte[] bytes = text.getBytes(UTF_8);
        head(kind, bytes.length, out);
        out.writeBytes(bytes);
    }

    private static void head(char kind, int length, ByteArrayOutputStream out) {
        out.write(kind);
        out.writeBytes(ByteBuffer.allocate(4).putInt(length).array());
    }
}
