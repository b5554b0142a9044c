package org.postern.server;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.postern.db.store.Tenant;
import org.postern.mail.door.SnapshotPublisher.Difference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What differs between an organisation as it is published and as its rows have it: one line for
/// each value that is gone and each that is new.
final class DifferenceLines {

    /// By these a client is known; that they are others is enough to see.
    private static final Set<String> SECRET = Set.of("passwordVerifier", "secretHeaders");

    private static final String REDACTED = "(a secret's digest)";

    private DifferenceLines() {}

    static List<String> of(Difference difference) {
        List<String> lines = new ArrayList<>();
        String host =
                difference
                        .found()
                        .or(difference::published)
                        .map(tenant -> " at " + tenant.portalHost())
                        .orElse("");
        lines.add(
                "tenant "
                        + difference.altered().tenant()
                        + host
                        + ": "
                        + difference.altered().words());
        Map<String, String> before = values(difference.published());
        Map<String, String> found = values(difference.found());
        Set<String> names = new TreeSet<>(before.keySet());
        names.addAll(found.keySet());
        for (String name : names) {
            String was = before.getOrDefault(name, "");
            String is = found.getOrDefault(name, "");
            if (!was.equals(is)) {
                if (!was.isEmpty()) {
                    lines.add("  -  " + name + ": " + shown(name, was));
                }
                if (!is.isEmpty()) {
                    lines.add("  +  " + name + ": " + shown(name, is));
                }
            }
        }
        if (difference.published().isEmpty() && difference.found().isPresent()) {
            lines.add("  (no snapshot has it to compare with)");
        }
        return lines;
    }

    private static String shown(String name, String value) {
        return SECRET.contains(name.substring(name.lastIndexOf('.') + 1)) ? REDACTED : value;
    }

    private static Map<String, String> values(Optional<Tenant> tenant) {
        Map<String, String> values = new TreeMap<>();
        tenant.ifPresent(found -> add("", JsonMapper.shared().valueToTree(found), values));
        return values;
    }

    /// Connectors by their ids, lists of words as one value.
    private static void add(String name, JsonNode value, Map<String, String> values) {
        if (value.isObject()) {
            value.properties()
                    .forEach(member ->
                            add(
                                    name.isEmpty() ? member.getKey() : name + "." + member.getKey(),
                                    member.getValue(),
                                    values));
        } else if (value.isArray() && !value.isEmpty() && value.get(0).isObject()) {
            int place = 0;
            for (JsonNode each : value) {
                String id = each.path("id").path("value").asString(String.valueOf(place++));
                add(name + "[" + id + "]", each, values);
            }
        } else if (!value.isNull() && !(value.isArray() && value.isEmpty())) {
            values.put(name, value.isArray() ? value.toString() : value.asString());
        }
    }
}
