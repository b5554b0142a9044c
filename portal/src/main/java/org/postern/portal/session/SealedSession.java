package org.postern.portal.session;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.Mac256;
import org.springframework.session.Session;

/// A session while a request works with it. Its id is the secret in the browser's cookie; it holds
/// short texts only, so that what is stored is plain JSON and nothing is ever deserialised into
/// code.
final class SealedSession implements Session {

    private final String id;
    private final Instant createdAt;
    private final Map<String, String> attributes;
    private final boolean fresh;
    private Instant lastAccessedAt;
    private Duration idle;

    private SealedSession(
            String id,
            Instant createdAt,
            Instant lastAccessedAt,
            Duration idle,
            Map<String, String> attributes,
            boolean fresh) {
        this.id = id;
        this.createdAt = createdAt;
        this.lastAccessedAt = lastAccessedAt;
        this.idle = idle;
        this.attributes = new HashMap<>(attributes);
        this.fresh = fresh;
    }

    static SealedSession begin(String id, Instant now, Duration idle) {
        return new SealedSession(id, now, now, idle, Map.of(), true);
    }

    static SealedSession continued(String id, StoredSession stored, Duration idle) {
        return new SealedSession(
                id, stored.createdAt(), stored.seenAt(), idle, stored.attributes(), false);
    }

    StoredSession stored(Instant now) {
        return new StoredSession(createdAt, now, attributes);
    }

    /// Whether it was never stored yet.
    boolean fresh() {
        return fresh;
    }

    /// All that the store may know of the cookie.
    Mac256 name() {
        return Tokens.hash(id);
    }

    @Override
    public String getId() {
        return id;
    }

    /// Whoever signs in gets a new session, so no id ever changes.
    @Override
    public String changeSessionId() {
        throw new UnsupportedOperationException("begin a new session instead");
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the contract's signature
    public <T> @Nullable T getAttribute(String name) {
        return (T) attributes.get(name);
    }

    @Override
    public Set<String> getAttributeNames() {
        return Set.copyOf(attributes.keySet());
    }

    @Override
    public void setAttribute(String name, @Nullable Object value) {
        if (value == null) {
            attributes.remove(name);
        } else if (value instanceof String text) {
            attributes.put(name, text);
        } else {
            throw new IllegalArgumentException("a session keeps text only: " + name);
        }
    }

    @Override
    public void removeAttribute(String name) {
        attributes.remove(name);
    }

    @Override
    public Instant getCreationTime() {
        return createdAt;
    }

    @Override
    public void setLastAccessedTime(Instant time) {
        lastAccessedAt = time;
    }

    @Override
    public Instant getLastAccessedTime() {
        return lastAccessedAt;
    }

    @Override
    public void setMaxInactiveInterval(Duration interval) {
        idle = interval;
    }

    @Override
    public Duration getMaxInactiveInterval() {
        return idle;
    }

    /// The repository hands out no session that has expired.
    @Override
    public boolean isExpired() {
        return false;
    }
}
