package org.postern.intake.dkim;

import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// `tag=value; tag=value` (RFC 6376, section 3.2).
final class TagList {

    private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
    private static final Pattern SPACE = Pattern.compile("[ \\t\\r\\n]+");

    private final Map<String, String> tags;

    private TagList(Map<String, String> tags) {
        this.tags = tags;
    }

    /// A tag that comes twice makes the whole list invalid.
    static TagList parse(String text) throws UnusableException {
        Map<String, String> tags = new LinkedHashMap<>();
        String[] specs = text.split(";", -1);
        for (int i = 0; i < specs.length; i++) {
            if (i == specs.length - 1 && specs[i].isBlank()) {
                break; // one semicolon may end the list
            }
            int equals = specs[i].indexOf('=');
            String name = equals < 0 ? "" : specs[i].substring(0, equals).strip();
            if (!NAME.matcher(name).matches()
                    || tags.put(name, specs[i].substring(equals + 1).strip()) != null) {
                throw UnusableException.malformed("malformed tags");
            }
        }
        return new TagList(tags);
    }

    Optional<String> find(String name) {
        return Optional.ofNullable(tags.get(name));
    }

    String require(String name) throws UnusableException {
        String value = tags.get(name);
        if (value == null || value.isEmpty()) {
            throw UnusableException.malformed("no " + name + "=");
        }
        return value;
    }

    /// Whether the first tag is this one: a version must be.
    boolean beginsWith(String name) {
        return !tags.isEmpty() && tags.keySet().iterator().next().equals(name);
    }

    /// Words with colons between, in lower case.
    List<String> words(String name, String standard) {
        List<String> words = new ArrayList<>();
        for (String word : tags.getOrDefault(name, standard).split(":", -1)) {
            words.add(word.strip().toLowerCase(Locale.ROOT));
        }
        return words;
    }

    /// Base64 with white space anywhere.
    static byte[] base64(String text) throws UnusableException {
        try {
            return Base64.getDecoder().decode(SPACE.matcher(text).replaceAll(""));
        } catch (IllegalArgumentException e) {
            throw UnusableException.malformed("malformed base64");
        }
    }
}
