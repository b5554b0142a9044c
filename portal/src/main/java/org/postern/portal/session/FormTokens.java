package org.postern.portal.session;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.Mac256;
import org.springframework.security.web.csrf.CsrfToken;
import org.springframework.security.web.csrf.CsrfTokenRepository;
import org.springframework.security.web.csrf.DefaultCsrfToken;

/// The token that a form must bring back (OWASP ASVS 5.0, 3.5.1): kept in the session once there is
/// one, before that derived from a cookie of this browser, so that asking for a link costs us no
/// memory.
public final class FormTokens implements CsrfTokenRepository {

    /// The form field.
    public static final String FIELD = "_csrf";

    private static final String HEADER = "X-CSRF-TOKEN";
    private static final String COOKIE = "form";
    private static final String NEW_COOKIE = FormTokens.class.getName();
    private static final String LABEL = "postern form token\0";

    private final PortalCookies cookies;
    private final SecureRandom random;

    FormTokens(PortalCookies cookies, SecureRandom random) {
        this.cookies = cookies;
        this.random = random;
    }

    @Override
    public @Nullable CsrfToken loadToken(HttpServletRequest request) {
        return inSession(request)
                .or(() -> cookies.find(request, COOKIE).map(FormTokens::derived))
                .map(FormTokens::token)
                .orElse(null);
    }

    @Override
    public CsrfToken generateToken(HttpServletRequest request) {
        String cookie = Tokens.token(random);
        request.setAttribute(NEW_COOKIE, cookie);
        return token(derived(cookie));
    }

    @Override
    public void saveToken(
            @Nullable CsrfToken token, HttpServletRequest request, HttpServletResponse response) {
        if (token != null && request.getAttribute(NEW_COOKIE) instanceof String cookie) {
            cookies.set(response, COOKIE, cookie);
        }
    }

    private static Optional<String> inSession(HttpServletRequest request) {
        @Nullable HttpSession session = request.getSession(false);
        return session != null && session.getAttribute(ReaderSessions.CSRF) instanceof String token
                ? Optional.of(token)
                : Optional.empty();
    }

    private static String derived(String cookie) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Mac256.sha256((LABEL + cookie).getBytes(UTF_8)).toBytes());
    }

    private static CsrfToken token(String value) {
        return new DefaultCsrfToken(HEADER, FIELD, value);
    }
}
