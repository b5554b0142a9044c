package org.postern.db.store;

import java.util.Optional;

/// How a tenant is named to people.
///
/// @param name as they read it
/// @param portalHost of its pages
/// @param domain the first of those that it has proved to own, by name
/// @param returnDomain where its mail comes back to, if it has one
public record TenantName(
        String name, String portalHost, Optional<String> domain, Optional<String> returnDomain) {}
