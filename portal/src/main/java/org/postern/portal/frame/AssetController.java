package org.postern.portal.frame;

import java.time.Duration;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/// Serves the assets under names that change with their content.
@Controller
public final class AssetController {

    /// Where assets live.
    public static final String PATH = "/assets/";

    private final Assets assets;

    AssetController(Assets assets) {
        this.assets = assets;
    }

    @GetMapping(PATH + "{version}/{name}")
    ResponseEntity<byte[]> asset(@PathVariable String version, @PathVariable String name) {
        return assets.find(name)
                .filter(asset -> asset.version().equals(version))
                .map(asset ->
                        ResponseEntity.ok()
                                .contentType(asset.type())
                                .cacheControl(
                                        CacheControl.maxAge(Duration.ofDays(365))
                                                .cachePublic()
                                                .immutable())
                                .body(asset.bytes()))
                .orElseGet(() -> ResponseEntity.notFound().build());
    }
}
