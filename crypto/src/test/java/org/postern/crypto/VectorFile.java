package org.postern.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One test vector: lines `name: value`, an empty line, the stored object's bytes (docs/format.md,
/// section 9).
final class VectorFile {

    record Line(String name, String value) {}

    private final List<Line> lines = new ArrayList<>();
    private byte[] object = {};

    VectorFile with(String name, String value) {
        lines.add(new Line(name, value));
        return this;
    }

    VectorFile with(byte[] objectBytes) {
        object = objectBytes.clone();
        return this;
    }

    byte[] object() {
        return object.clone();
    }

    List<Line> lines() {
        return List.copyOf(lines);
    }

    List<String> all(String name) {
        return lines.stream().filter(line -> line.name().equals(name)).map(Line::value).toList();
    }

    boolean has(String name) {
        return !all(name).isEmpty();
    }

    String one(String name) {
        List<String> values = all(name);
        if (values.size() != 1) {
            throw new IllegalStateException(values.size() + " lines " + name);
        }
        return values.getFirst();
    }

    byte[] encode() {
        var out = new ByteArrayOutputStream();
        for (Line line : lines) {
            out.writeBytes((line.name() + ": " + line.value() + "\n").getBytes(US_ASCII));
        }
        out.write('\n');
        out.writeBytes(object);
        return out.toByteArray();
    }

    static VectorFile parse(byte[] bytes) {
        var file = new VectorFile();
        int from = 0;
        while (bytes[from] != '\n') {
            int end = from;
            while (bytes[end] != '\n') {
                end++;
            }
            String line = new String(bytes, from, end - from, US_ASCII);
            int colon = line.indexOf(": ");
            file.with(line.substring(0, colon), line.substring(colon + 2));
            from = end + 1;
        }
        return file.with(Arrays.copyOfRange(bytes, from + 1, bytes.length));
    }
}
