package org.postern.portal.session;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Tokens;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.portal.host.CurrentTenant;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.RedisOperations;
import org.springframework.security.core.authority.SimpleGrantedAuthority;
import org.springframework.security.core.context.DeferredSecurityContext;
import org.springframework.security.core.context.SecurityContext;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.security.web.context.HttpRequestResponseHolder;
import org.springframework.security.web.context.SecurityContextRepository;

/// Who is signed in. A session is made for nobody else, holds ids, the reading key and the CSRF
/// token, and counts only at the host it was made for.
public final class ReaderSessions implements SecurityContextRepository {

    /// The session cookie.
    static final String COOKIE = "sid";

    static final String CSRF = "csrf";

    private static final String TENANT = "tenant";
    private static final String MAILBOX = "mailbox";
    private static final String READING_KEY = "readingKey";
    private static final String ENDS_AT = "endsAt";
    private static final List<SimpleGrantedAuthority> READER =
            List.of(new SimpleGrantedAuthority("ROLE_READER"));

    private final KeyService keys;
    private final RedisOperations<String, byte[]> redis;
    private final PortalCookies cookies;
    private final Clock clock;
    private final SecureRandom random;

    ReaderSessions(
            KeyService keys,
            RedisOperations<String, byte[]> redis,
            PortalCookies cookies,
            Clock clock,
            SecureRandom random) {
        this.keys = keys;
        this.redis = redis;
        this.cookies = cookies;
        this.clock = clock;
        this.random = random;
    }

    /// Asks whether sessions can be kept now, so that no link is spent for nothing.
    ///
    /// @throws org.springframework.dao.DataAccessException if Redis is away
    public void requireAvailable() {
        redis.execute((RedisCallback<@Nullable String>) connection -> connection.ping());
    }

    /// Whether this browser was signed in once, as far as it remembers.
    public boolean hadOne(HttpServletRequest request) {
        return cookies.find(request, COOKIE).isPresent();
    }

    /// Signs a reader in under a new session id; what the browser had before ends.
    public void signIn(TenantId tenant, KeyService.Redeemed redeemed, HttpServletRequest request) {
        end(request);
        HttpSession session = request.getSession(true);
        session.setAttribute(TENANT, tenant.toString());
        session.setAttribute(MAILBOX, redeemed.mailbox().toString());
        session.setAttribute(READING_KEY, redeemed.reader().secret());
        session.setAttribute(ENDS_AT, redeemed.endsAt().toString());
        session.setAttribute(CSRF, Tokens.token(random));
    }

    /// Ends session and reading key, if there are any.
    public void end(HttpServletRequest request) {
        @Nullable HttpSession session = request.getSession(false);
        if (session != null) {
            read(session).ifPresent(reader -> keys.end(reader.tenant(), reader.key()));
            session.invalidate();
        }
        SecurityContextHolder.clearContext();
    }

    @Override
    public DeferredSecurityContext loadDeferredContext(HttpServletRequest request) {
        return new Deferred(this, request);
    }

    @Override
    @Deprecated // by the contract, in favour of the above
    @SuppressWarnings("InlineMeSuggester") // an interface's method is not ours to inline
    public SecurityContext loadContext(HttpRequestResponseHolder holder) {
        return loadDeferredContext(holder.getRequest()).get();
    }

    /// Nothing to do: [#signIn] has written all there is.
    @Override
    public void saveContext(
            SecurityContext context, HttpServletRequest request, HttpServletResponse response) {}

    @Override
    public boolean containsContext(HttpServletRequest request) {
        return find(request).isPresent();
    }

    /// The reader of this request: signed in here, at this host, and not past the end.
    private Optional<SignedIn> find(HttpServletRequest request) {
        return Optional.ofNullable(request.getSession(false))
                .flatMap(ReaderSessions::read)
                .filter(reader -> isHere(reader, request))
                .filter(reader -> clock.instant().isBefore(reader.endsAt()));
    }

    private static boolean isHere(SignedIn reader, HttpServletRequest request) {
        return CurrentTenant.find(request)
                .filter(tenant -> tenant.id().equals(reader.tenant()))
                .isPresent();
    }

    private static Optional<SignedIn> read(HttpSession session) {
        if (session.getAttribute(TENANT) instanceof String tenant
                && session.getAttribute(MAILBOX) instanceof String mailbox
                && session.getAttribute(READING_KEY) instanceof String key
                && session.getAttribute(ENDS_AT) instanceof String endsAt) {
            return Optional.of(
                    new SignedIn(
                            new TenantId(UUID.fromString(tenant)),
                            new MailboxId(UUID.fromString(mailbox)),
                            new ReadingKey(key),
                            Instant.parse(endsAt)));
        }
        return Optional.empty();
    }

    /// Looks only if somebody asks, so that pages for everybody cost Redis nothing.
    private static final class Deferred implements DeferredSecurityContext {

        private final ReaderSessions sessions;
        private final HttpServletRequest request;
        private @Nullable SecurityContext context;
        private boolean generated;

        Deferred(ReaderSessions sessions, HttpServletRequest request) {
            this.sessions = sessions;
            this.request = request;
        }

        @Override
        public SecurityContext get() {
            if (context == null) {
                SecurityContextImpl loaded = new SecurityContextImpl();
                sessions.find(request)
                        .ifPresentOrElse(
                                reader ->
                                        loaded.setAuthentication(
                                                new PreAuthenticatedAuthenticationToken(
                                                        reader, "", READER)),
                                () -> generated = true);
                context = loaded;
            }
            return context;
        }

        @Override
        public boolean isGenerated() {
            get();
            return generated;
        }
    }
}
