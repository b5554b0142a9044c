package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.security.web.header.HeaderWriter;

/// The headers of every response, in one list. A handler whose response needs a stricter one (shown
/// mail, downloads) has set it before, and it stays.
public final class PortalHeaders implements HeaderWriter {

    public static final String CONTENT_SECURITY_POLICY = "Content-Security-Policy";
    public static final String X_FRAME_OPTIONS = "X-Frame-Options";
    public static final String CACHE_CONTROL = "Cache-Control";

    /// Everything a browser offers is off, but for passkeys.
    private static final String PERMISSIONS =
            "accelerometer=(), autoplay=(), browsing-topics=(), camera=(), clipboard-read=(), "
                    + "clipboard-write=(), compute-pressure=(), cross-origin-isolated=(), "
                    + "display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), "
                    + "geolocation=(), gyroscope=(), hid=(), identity-credentials-get=(), "
                    + "idle-detection=(), keyboard-map=(), local-fonts=(), magnetometer=(), "
                    + "microphone=(), midi=(), otp-credentials=(), payment=(), "
                    + "picture-in-picture=(), publickey-credentials-create=(self), "
                    + "publickey-credentials-get=(self), screen-wake-lock=(), serial=(), "
                    + "storage-access=(), sync-xhr=(), usb=(), window-management=(), "
                    + "xr-spatial-tracking=()";

    private final CspNonce nonce;

    PortalHeaders(CspNonce nonce) {
        this.nonce = nonce;
    }

    @Override
    public void writeHeaders(HttpServletRequest request, HttpServletResponse response) {
        set(response, CONTENT_SECURITY_POLICY, pagePolicy(nonce.of(request)));
        set(response, X_FRAME_OPTIONS, "DENY");
        set(response, CACHE_CONTROL, "no-store");
        set(response, "X-Content-Type-Options", "nosniff");
        set(response, "Referrer-Policy", "no-referrer");
        set(response, "Cross-Origin-Opener-Policy", "same-origin");
        set(response, "Cross-Origin-Embedder-Policy", "require-corp");
        set(response, "Cross-Origin-Resource-Policy", "same-origin");
        set(response, "Permissions-Policy", PERMISSIONS);
        if (request.isSecure()) {
            // RFC 6797, section 7.2: never over plain HTTP
            set(
                    response,
                    "Strict-Transport-Security",
                    "max-age=63072000; includeSubDomains; preload");
        }
    }

    private static String pagePolicy(String nonce) {
        return "default-src 'none'; script-src 'nonce-"
                + nonce
                + "' 'strict-dynamic'; style-src 'self' 'nonce-"
                + nonce
                + "'; img-src 'self' blob:; font-src 'self'; connect-src 'self'; frame-src 'self';"
                + " form-action 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none';"
                + " require-trusted-types-for 'script'; trusted-types app dompurify";
    }

    private static void set(HttpServletResponse response, String name, String value) {
        if (!response.containsHeader(name)) {
            response.setHeader(name, value);
        }
    }
}
