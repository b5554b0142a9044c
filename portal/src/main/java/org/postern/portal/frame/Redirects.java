package org.postern.portal.frame;

import java.net.URI;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;

/// Sends the browser to another of our pages. The target is a path (RFC 9110, section 10.2.2), so
/// that no Host header and no proxy can make it point elsewhere.
public final class Redirects {

    private Redirects() {}

    /// After a form: the next page is fetched with GET, and reloading it sends nothing again.
    public static ResponseEntity<Void> afterForm(String path) {
        return afterwards(HttpStatus.SEE_OTHER, path);
    }

    static ResponseEntity<Void> afterwards(HttpStatus status, String path) {
        return ResponseEntity.status(status).location(URI.create(path)).build();
    }
}
