package org.postern.server.audit;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.audit.AuditEntry;
import org.postern.crypto.sealed.Mac256;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A line of an export (docs/format.md, section 11.4). There is one way to write each.
sealed interface ExportLine {

    /// As it stands in the file, without the line feed.
    default String text() {
        return JsonMapper.shared().writeValueAsString(members());
    }

    /// In their order.
    Map<String, Object> members();

    /// The first line.
    ///
    /// @param verifierKey the newest by which its checkpoints are signed
    /// @param succession of that key, in base64, if it has followed others
    /// @param checkpoint the newest
    record Header(UUID tenant, String verifierKey, Optional<String> succession, String checkpoint)
            implements ExportLine {

        private static final int FORMAT = 1;

        @Override
        public Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("format", FORMAT);
            members.put("tenant", tenant.toString());
            members.put("verifierKey", verifierKey);
            succession.ifPresent(keys -> members.put("succession", keys));
            members.put("checkpoint", checkpoint);
            return members;
        }
    }

    /// An audit event at its place.
    record Event(
            long sequence,
            UUID event,
            Instant happenedAt,
            String kind,
            Optional<UUID> mailbox,
            Optional<UUID> object,
            String leafHash)
            implements ExportLine {

        @Override
        public Map<String, Object> members() {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put("sequence", sequence);
            members.put("event", event.toString());
            members.put("happenedAt", happenedAt.toString());
            members.put("kind", kind);
            mailbox.ifPresent(id -> members.put("mailbox", id.toString()));
            object.ifPresent(id -> members.put("object", id.toString()));
            members.put("leafHash", leafHash);
            return members;
        }

        Mac256 computedHash(UUID tenant) {
            return new AuditEntry(tenant, sequence, event, happenedAt, kind, mailbox, object)
                    .leafHash();
        }

        boolean hasItsHash(UUID tenant) {
            return leafHash.equals(base64(computedHash(tenant)));
        }

        static String base64(Mac256 hash) {
            return Base64.getEncoder().encodeToString(hash.toBytes());
        }
    }

    /// The checkpoint of all events before it.
    record Mark(String checkpoint) implements ExportLine {

        @Override
        public Map<String, Object> members() {
            return Map.of("checkpoint", checkpoint);
        }
    }

    /// Reads a line.
    ///
    /// @return empty if it is none, or is written in another way
    static Optional<ExportLine> parse(String line) {
        try {
            JsonNode json = JsonMapper.shared().readTree(line);
            ExportLine read;
            if (json.has("sequence")) {
                read =
                        new Event(
                                json.path("sequence").asLong(),
                                UUID.fromString(json.path("event").asString()),
                                Instant.parse(json.path("happenedAt").asString()),
                                json.path("kind").asString(),
                                id(json, "mailbox"),
                                id(json, "object"),
                                json.path("leafHash").asString());
            } else if (json.has("format")) {
                read =
                        new Header(
                                UUID.fromString(json.path("tenant").asString()),
                                json.path("verifierKey").asString(),
                                json.has("succession")
                                        ? Optional.of(json.path("succession").asString())
                                        : Optional.empty(),
                                json.path("checkpoint").asString());
            } else {
                read = new Mark(json.path("checkpoint").asString());
            }
            return read.text().equals(line) ? Optional.of(read) : Optional.empty();
        } catch (JacksonException
                | IllegalArgumentException
                | DateTimeParseException
                | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<UUID> id(JsonNode json, String member) {
        return json.has(member)
                ? Optional.of(UUID.fromString(json.path(member).asString()))
                : Optional.empty();
    }
}
