package org.postern.crypto;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Vectors that others have published (src/test/resources/README.md says whose they are).
final class Published {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private Published() {}

    /// One vector of Wycheproof, with the group it stands in.
    record Case(JsonNode group, JsonNode test) {

        byte[] bytes(String name) {
            return Published.bytes(test, name);
        }

        int size(String name) {
            return group.get(name).intValue();
        }

        boolean valid() {
            return result().equals("valid");
        }

        String result() {
            return test.get("result").stringValue();
        }

        @Override
        public String toString() {
            return "test " + test.get("tcId") + " " + test.path("comment");
        }
    }

    static List<Case> wycheproof(String file) throws IOException {
        return elements(json("wycheproof/" + file).get("testGroups")).stream()
                .flatMap(group ->
                        elements(group.get("tests")).stream().map(test -> new Case(group, test)))
                .toList();
    }

    static JsonNode json(String file) throws IOException {
        try (InputStream in = Files.newInputStream(Path.of("src/test/resources", file))) {
            return JSON.readTree(in);
        }
    }

    static List<JsonNode> elements(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false).toList();
    }

    static byte[] bytes(JsonNode node, String name) {
        return HexFormat.of().parseHex(node.get(name).stringValue());
    }
}
