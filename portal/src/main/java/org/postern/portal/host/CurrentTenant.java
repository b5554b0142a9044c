package org.postern.portal.host;

import static java.util.Objects.requireNonNull;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.postern.db.store.Tenant;

/// The tenant whose portal answers a request: fixed by the Host header before anything else
/// happens.
public final class CurrentTenant {

    private static final String ATTRIBUTE = CurrentTenant.class.getName();

    private CurrentTenant() {}

    /// The tenant of a request that passed [TenantFilter].
    public static Tenant of(HttpServletRequest request) {
        return requireNonNull((Tenant) request.getAttribute(ATTRIBUTE));
    }

    /// The tenant, or empty at a host that is nobody's.
    public static Optional<Tenant> find(HttpServletRequest request) {
        return Optional.ofNullable((Tenant) request.getAttribute(ATTRIBUTE));
    }

    static void set(HttpServletRequest request, Tenant tenant) {
        request.setAttribute(ATTRIBUTE, tenant);
    }
}
