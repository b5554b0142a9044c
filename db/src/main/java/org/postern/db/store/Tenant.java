package org.postern.db.store;

import java.util.List;
import java.util.Optional;
import org.postern.db.ConnectorId;
import org.postern.db.TenantId;

/// An organisation, its verified domains and the ways its mail comes in.
///
/// @param name as people see it
/// @param portalHost the host name that fixes this tenant before anybody signs in, in lower case
/// @param addressSuffix domain by which a gateway routes: `user@there.SUFFIX` is for `user@there`
/// @param domains verified, in lower case
public record Tenant(
        TenantId id,
        String name,
        String portalHost,
        Optional<String> addressSuffix,
        List<String> domains,
        List<Connector> connectors) {

    public Tenant {
        domains = List.copyOf(domains);
        connectors = List.copyOf(connectors);
    }

    /// One way in by SMTP.
    ///
    /// @param sourceRanges CIDR ranges the client must come from
    /// @param envelopeSenderOnly judges MAIL FROM alone; else the From field must lie in the
    ///   verified domains too
    public record Connector(
            ConnectorId id, String name, List<String> sourceRanges, boolean envelopeSenderOnly) {

        public Connector {
            sourceRanges = List.copyOf(sourceRanges);
        }
    }
}
