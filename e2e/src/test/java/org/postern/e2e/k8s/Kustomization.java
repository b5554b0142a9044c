package org.postern.e2e.k8s;

import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// Renders a kustomization that uses resources, labels of objects and image tags, and refuses one
/// that uses anything else: no machine needs `kubectl` for our tests, and where there is one its
/// rendering must be the same.
final class Kustomization {

    private static final Set<String> KNOWN =
            Set.of("apiVersion", "kind", "resources", "labels", "images");

    private final KubernetesSerialization yaml;
    private final Path folder;
    private final Map<String, Object> file;

    private Kustomization(KubernetesSerialization yaml, Path folder, Map<String, Object> file) {
        this.yaml = yaml;
        this.folder = folder;
        this.file = file;
    }

    static Kustomization read(KubernetesSerialization yaml, Path folder) throws IOException {
        Map<String, Object> file =
                map(
                        yaml.unmarshal(
                                Files.readString(folder.resolve("kustomization.yaml")), Map.class));
        if (!KNOWN.containsAll(file.keySet())) {
            throw new IllegalArgumentException("only " + KNOWN + " are rendered: " + file.keySet());
        }
        return new Kustomization(yaml, folder, file);
    }

    /// The files that it is made of.
    List<String> resources() {
        return list(file, "resources").stream().map(String::valueOf).toList();
    }

    /// The documents of all resources, in their order, as trees.
    List<Map<String, Object>> rendered() throws IOException {
        var documents = new ArrayList<Map<String, Object>>();
        for (String resource : resources()) {
            String text = Files.readString(folder.resolve(resource));
            documents.addAll(documents(yaml, text));
        }
        documents.forEach(this::label);
        documents.forEach(this::tagImages);
        return documents;
    }

    /// The documents of one file.
    static List<Map<String, Object>> documents(KubernetesSerialization yaml, String text) {
        var documents = new ArrayList<Map<String, Object>>();
        for (String document : text.split("(?m)^---\\s*$", -1)) {
            if (!document.isBlank()) {
                documents.add(map(yaml.unmarshal(document, Map.class)));
            }
        }
        return documents;
    }

    private void label(Map<String, Object> document) {
        for (Object entry : list(file, "labels")) {
            Map<String, Object> labels = map(entry);
            if (!labels.keySet().equals(Set.of("pairs"))) {
                throw new IllegalArgumentException("only pairs are rendered: " + labels.keySet());
            }
            child(child(document, "metadata"), "labels").putAll(child(labels, "pairs"));
        }
    }

    private void tagImages(Map<String, Object> document) {
        Map<String, Object> pod =
                child(
                        child(child(document, "spec", Map.of()), "template", Map.of()),
                        "spec",
                        Map.of());
        for (Object each : list(pod, "containers")) {
            Map<String, Object> container = map(each);
            for (Object entry : list(file, "images")) {
                Map<String, Object> image = map(entry);
                if (!image.keySet().equals(Set.of("name", "newTag"))) {
                    throw new IllegalArgumentException("only newTag is rendered: " + image);
                }
                if (Objects.equals(image.get("name"), container.get("image"))) {
                    container.put("image", image.get("name") + ":" + image.get("newTag"));
                }
            }
        }
    }

    private static List<?> list(Map<String, Object> tree, String key) {
        return tree.get(key) instanceof List<?> values ? values : List.of();
    }

    private static Map<String, Object> child(
            Map<String, Object> tree, String key, Map<String, Object> absent) {
        return tree.containsKey(key) ? child(tree, key) : absent;
    }

    private static Map<String, Object> child(Map<String, Object> tree, String key) {
        return map(tree.computeIfAbsent(key, _ -> new LinkedHashMap<String, Object>()));
    }

    @SuppressWarnings(
            "unchecked") // keys of YAML maps that are not strings do not occur in manifests
    private static Map<String, Object> map(Object tree) {
        return (Map<String, Object>) tree;
    }
}
