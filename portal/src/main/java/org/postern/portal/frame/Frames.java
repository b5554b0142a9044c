package org.postern.portal.frame;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.Optional;
import org.postern.db.store.Tenant;
import org.postern.keys.KeyService;
import org.postern.keys.NotSignedInException;
import org.postern.mail.board.Board;
import org.postern.portal.host.CurrentTenant;
import org.postern.portal.session.SignedIn;
import org.postern.portal.settings.PortalProperties;
import org.springframework.dao.DataAccessException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.web.csrf.CsrfToken;

/// Makes the frame of a page.
public final class Frames {

    /// Where the status page is.
    public static final String STATUS = "/status";

    private final Assets assets;
    private final CspNonce nonce;
    private final KeyService keys;
    private final Board board;
    private final PortalProperties properties;
    private final Clock clock;

    Frames(
            Assets assets,
            CspNonce nonce,
            KeyService keys,
            Board board,
            PortalProperties properties,
            Clock clock) {
        this.assets = assets;
        this.nonce = nonce;
        this.keys = keys;
        this.board = board;
        this.properties = properties;
        this.clock = clock;
    }

    /// The frame of an ordinary page, with the reader's own address if there is a reader.
    ///
    /// @throws NotSignedInException if the reading key is no more
    public Frame of(HttpServletRequest request) throws NotSignedInException {
        if (board.isMaintenance()) {
            return apart(request);
        }
        Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
        Optional<String> reader = Optional.empty();
        if (authentication != null && authentication.getPrincipal() instanceof SignedIn signedIn) {
            reader = Optional.of(keys.own(signedIn.tenant(), signedIn.key()).address().text());
        }
        return frame(request, reader, formToken(request));
    }

    /// A frame with forms, which asks neither database nor keys. Without forms while Redis is away.
    Frame apart(HttpServletRequest request) {
        String formToken;
        try {
            formToken = formToken(request);
        } catch (DataAccessException e) {
            formToken = "";
        }
        return frame(request, Optional.empty(), formToken);
    }

    /// A frame that asks nobody anything: the page may be there because nobody answers.
    Frame bare(HttpServletRequest request) {
        return frame(request, Optional.empty(), "");
    }

    private Frame frame(HttpServletRequest request, Optional<String> reader, String formToken) {
        return new Frame(
                CurrentTenant.find(request).map(Tenant::name),
                reader,
                nonce.of(request),
                formToken,
                assets,
                board.current().isPresent() ? Optional.empty() : board.ahead(),
                properties,
                clock);
    }

    /// Asked for before the page begins, since it may need a cookie.
    private static String formToken(HttpServletRequest request) {
        return request.getAttribute(CsrfToken.class.getName()) instanceof CsrfToken token
                ? token.getToken()
                : "";
    }
}
