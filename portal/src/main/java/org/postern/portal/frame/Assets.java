package org.postern.portal.frame;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.MediaType;

/// All files that pages load, read once. None comes from anywhere else.
final class Assets {

    private static final MediaType SVG = MediaType.valueOf("image/svg+xml");
    private static final MediaType SCRIPT = MediaType.valueOf("text/javascript;charset=UTF-8");
    private static final MediaType STYLE = MediaType.valueOf("text/css;charset=UTF-8");

    private final Map<String, Asset> assets =
            Map.of(
                    "portal.css", load("portal.css", STYLE),
                    "portal.js", load("portal.js", SCRIPT),
                    "passkeys.js", load("passkeys.js", SCRIPT),
                    "icons.svg", load("icons.svg", SVG),
                    "favicon.svg", load("favicon.svg", SVG));

    Optional<Asset> find(String name) {
        return Optional.ofNullable(assets.get(name));
    }

    Asset get(String name) {
        return find(name).orElseThrow();
    }

    private static Asset load(String name, MediaType type) {
        String resource = "/org/postern/portal/assets/" + name;
        try (InputStream in = Assets.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("this build lacks " + resource);
            }
            return new Asset(name, type, in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
