package org.postern.portal.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.postern.portal.session.PortalCookies;

/// What somebody wanted before signing in: a message, or his settings. Only an id or a word of ours
/// is kept, never a place, so the way back leads nowhere else.
final class Destination {

    private static final String COOKIE = "to";
    private static final String ACCESS = "access";
    private static final Duration LIFE = Duration.ofDays(1);
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private final PortalCookies cookies;

    Destination(PortalCookies cookies) {
        this.cookies = cookies;
    }

    /// A message's id, if the text is one.
    static Optional<UUID> message(String text) {
        return ID.matcher(text).matches() ? Optional.of(UUID.fromString(text)) : Optional.empty();
    }

    void set(HttpServletResponse response, Optional<UUID> message) {
        message.ifPresentOrElse(
                id -> cookies.set(response, COOKIE, id.toString(), LIFE),
                () -> cookies.clear(response, COOKIE));
    }

    /// Whoever signs in again to change how he signs in goes on there.
    void setAccess(HttpServletResponse response) {
        cookies.set(response, COOKIE, ACCESS, LIFE);
    }

    boolean isAccess(HttpServletRequest request) {
        return cookies.find(request, COOKIE).filter(ACCESS::equals).isPresent();
    }

    /// Where to go now, and forget it.
    String take(HttpServletRequest request, HttpServletResponse response) {
        boolean access = isAccess(request);
        Optional<UUID> message = cookies.find(request, COOKIE).flatMap(Destination::message);
        cookies.clear(response, COOKIE);
        return access ? "/access" : message.map(id -> "/m/" + id).orElse("/inbox");
    }
}
