package org.postern.portal.frame;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.postern.crypto.sealed.Mac256;
import org.springframework.http.MediaType;

/// One small file of ours that pages load: style sheet, script, icons.
final class Asset {

    private final String name;
    private final MediaType type;
    private final byte[] bytes;
    private final Mac256 digest;

    Asset(String name, MediaType type, byte[] bytes) {
        this.name = name;
        this.type = type;
        this.bytes = bytes.clone();
        this.digest = Mac256.sha256(bytes);
    }

    MediaType type() {
        return type;
    }

    byte[] bytes() {
        return bytes.clone();
    }

    /// Changes with the content, so that a browser may keep it for ever.
    String version() {
        byte[] start = new byte[9];
        System.arraycopy(digest.toBytes(), 0, start, 0, start.length);
        return new String(Base64.getUrlEncoder().encode(start), StandardCharsets.US_ASCII);
    }

    String path() {
        return AssetController.PATH + version() + "/" + name;
    }

    /// For the `integrity` attribute (W3C Subresource Integrity).
    String integrity() {
        return "sha256-" + Base64.getEncoder().encodeToString(digest.toBytes());
    }
}
