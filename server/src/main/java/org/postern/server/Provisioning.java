package org.postern.server;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.ConnectorId;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.Tenant;
import org.postern.keys.Authority;
import org.postern.mail.door.DoorRefresh;
import org.postern.server.cli.AddressRange;
import org.postern.server.cli.UsageException;
import org.springframework.dao.DuplicateKeyException;

/// What an administrator does to tenants, domains and connectors; the demo is made by the same
/// verbs. Each takes effect at this process's doors before it returns.
final class Provisioning {

    private final MailDatabase database;
    private final Authority authority;
    private final DoorRefresh door;
    private final UuidV7 ids;
    private final Clock clock;

    Provisioning(
            MailDatabase database,
            Authority authority,
            DoorRefresh door,
            Clock clock,
            SecureRandom random) {
        this.database = database;
        this.authority = authority;
        this.door = door;
        this.ids = new UuidV7(clock, random);
        this.clock = clock;
    }

    /// Makes a tenant with its keys.
    TenantId createTenant(String name, String host, Optional<String> suffix)
            throws RefusedException, IOException, OpeningFailedException {
        TenantId tenant = new TenantId(ids.next());
        try {
            // The keys come first: keys without a tenant harm nobody, a tenant without keys can
            // take no mail.
            authority.createTenant(tenant);
            database.tenants()
                    .insert(
                            tenant,
                            required(name, "a name"),
                            domain(host),
                            domain(suffix),
                            clock.instant());
        } catch (DuplicateKeyException e) {
            throw new RefusedException("another tenant has this host name or address suffix.");
        }
        door.refresh();
        return tenant;
    }

    /// Adds a domain to the tenant at this host. Whoever has the control token vouches that it is
    /// theirs.
    void addDomain(String tenantHost, String domain)
            throws RefusedException, IOException, OpeningFailedException {
        try {
            database.tenants().insertDomain(tenant(tenantHost), domain(domain), clock.instant());
        } catch (DuplicateKeyException e) {
            throw new RefusedException("a tenant has this domain already.");
        }
        door.refresh();
    }

    /// Adds a connector to the tenant at this host.
    ConnectorId addConnector(
            String tenantHost, String name, List<String> ranges, boolean envelopeSenderOnly)
            throws RefusedException, IOException, OpeningFailedException {
        ConnectorId connector = new ConnectorId(ids.next());
        for (String range : ranges) {
            requireRange(range);
        }
        if (ranges.isEmpty()) {
            throw new RefusedException("a connector needs at least one address range.");
        }
        database.tenants()
                .insertConnector(
                        tenant(tenantHost),
                        new Tenant.Connector(
                                connector, required(name, "a name"), ranges, envelopeSenderOnly),
                        clock.instant());
        door.refresh();
        return connector;
    }

    /// Whether nothing was ever set up here.
    boolean isEmpty() {
        return database.tenants().all().isEmpty();
    }

    private static void requireRange(String range) throws RefusedException {
        try {
            AddressRange.parse(range);
        } catch (UsageException e) {
            throw new RefusedException(
                    "\"" + range + "\" is no address range, such as 192.0.2.0/24.");
        }
    }

    private TenantId tenant(String host) throws RefusedException {
        return database.tenants()
                .findByHost(host)
                .orElseThrow(
                        () -> new RefusedException("there is no tenant at the host " + host + "."));
    }

    private static Optional<String> domain(Optional<String> text) throws RefusedException {
        return text.isPresent() ? Optional.of(domain(text.get())) : Optional.empty();
    }

    private static String domain(String text) throws RefusedException {
        try {
            return EmailAddress.domain(text);
        } catch (MalformedAddressException e) {
            throw new RefusedException("\"" + text + "\" is no domain name.");
        }
    }

    private static String required(String text, String what) throws RefusedException {
        if (text.isBlank() || text.length() > 200) {
            throw new RefusedException(what + " has 1 to 200 characters.");
        }
        return text.strip();
    }

    /// The administrator asked for something that cannot be; the message says what to change.
    static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        RefusedException(String sentence) {
            super(sentence);
        }
    }
}
