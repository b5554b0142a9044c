package org.postern.portal.host;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import org.postern.db.store.Tenant;
import org.postern.mail.door.Door;
import org.springframework.web.filter.OncePerRequestFilter;

/// Lets the Host header choose the tenant. A host that is nobody's gets a page that says nothing.
public final class TenantFilter extends OncePerRequestFilter {

    private final Door door;
    private final String assets;

    /// @param assets where style sheet and icons live: they tell nothing about anybody, and the
    ///   page for a strange host wants them
    public TenantFilter(Door door, String assets) {
        this.door = door;
        this.assets = assets;
    }

    @Override
    protected void doFilterInternal(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Door.Standing> standing = door.standing();
        if (standing.isEmpty()) {
            response.sendError(HttpServletResponse.SC_SERVICE_UNAVAILABLE);
            return;
        }
        String host = request.getServerName().toLowerCase(Locale.ROOT);
        Optional<Tenant> tenant = standing.get().snapshot().tenantAt(host);
        if (tenant.isEmpty()) {
            response.sendError(HttpServletResponse.SC_NOT_FOUND);
            return;
        }
        CurrentTenant.set(request, tenant.get());
        chain.doFilter(request, response);
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith(assets);
    }
}
