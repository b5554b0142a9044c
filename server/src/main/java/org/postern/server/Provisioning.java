package org.postern.server;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.postern.crypto.ScramVerifier;
import org.postern.crypto.Tokens;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.ConnectorId;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.MailRules;
import org.postern.db.store.NoticeRules;
import org.postern.db.store.Tenant;
import org.postern.keys.Authority;
import org.postern.mail.door.ConfigurationChanges;
import org.postern.server.cli.AddressRange;
import org.postern.server.cli.HostAndPort;
import org.postern.server.cli.UsageException;
import org.springframework.dao.DuplicateKeyException;

/// What an administrator does to tenants, domains and connectors; the demo is made by the same
/// verbs. Each takes effect at this process's doors before it returns, and at others when they next
/// look.
final class Provisioning {

    /// SHA-256 in base64.
    private static final Pattern PIN = Pattern.compile("[A-Za-z0-9+/]{43}=");

    private static final String WILDCARD = "*.";

    private final MailDatabase database;
    private final Authority authority;
    private final Refresh doors;
    private final UuidV7 ids;
    private final Recorder recorder;
    private final Clock clock;
    private final SecureRandom random;

    Provisioning(
            MailDatabase database,
            Authority authority,
            Refresh doors,
            Clock clock,
            SecureRandom random) {
        this.database = database;
        this.authority = authority;
        this.doors = doors;
        this.ids = new UuidV7(clock, random);
        this.recorder =
                new Recorder(database, new ConfigurationChanges(database, authority), ids, clock);
        this.clock = clock;
        this.random = random;
    }

    /// Makes a tenant with its keys.
    TenantId createTenant(String name, String host, Optional<String> suffix)
            throws RefusedException, IOException, OpeningFailedException {
        return createTenant(
                name, host, suffix, NoticeRules.DEFAULT.withDigestMinutes(NoticeRules.HOUR));
    }

    /// The same with other rules for its notices.
    TenantId createTenant(String name, String host, Optional<String> suffix, NoticeRules notices)
            throws RefusedException, IOException, OpeningFailedException {
        TenantId tenant = new TenantId(ids.next());
        try {
            // The keys come first: keys without a tenant harm nobody, a tenant without keys can
            // take no mail.
            authority.createTenant(tenant);
            String title = required(name, "a name");
            String portalHost = domain(host);
            Optional<String> addressSuffix = domain(suffix);
            recorder.recorded(
                    tenant,
                    AuditKind.TENANT_CREATED,
                    Optional.empty(),
                    () -> {
                        database.tenants()
                                .insert(tenant, title, portalHost, addressSuffix, clock.instant());
                        database.tenants().updateNoticeRules(tenant, notices);
                    });
        } catch (DuplicateKeyException e) {
            throw new RefusedException("another tenant has this host name or address suffix.");
        }
        doors.refresh();
        return tenant;
    }

    /// Changes what the tenant at this host has decided about its mail.
    TenantId changeRules(String tenantHost, AskedRules asked)
            throws RefusedException, IOException, OpeningFailedException {
        TenantId tenant = tenant(tenantHost);
        MailRules rules = asked.over(database.tenants().rules(tenant));
        if (rules.returnDomain().filter(this::isMailedTo).isPresent()) {
            throw new RefusedException(
                    "people have mail at this domain: take one that nothing else is for.");
        }
        try {
            recorder.recorded(
                    tenant,
                    AuditKind.TENANT_MAIL_CHANGED,
                    Optional.empty(),
                    () -> database.tenants().updateRules(tenant, rules));
        } catch (DuplicateKeyException e) {
            throw new RefusedException("another tenant has this domain already.");
        }
        doors.refresh();
        return tenant;
    }

    /// Whether it is a domain of somebody's senders, or one by which gateways route.
    private boolean isMailedTo(String domain) {
        return database.tenants().all().stream()
                .anyMatch(each ->
                        each.domains().contains(domain)
                                || each.addressSuffix().filter(domain::equals).isPresent());
    }

    /// Changes what the tenant at this host has decided about the mail that tells people of
    /// messages.
    TenantId changeNotices(String tenantHost, AskedNotices asked) throws RefusedException {
        TenantId tenant = tenant(tenantHost);
        NoticeRules rules = asked.over(database.tenants().noticeRules(tenant));
        recorder.recorded(
                tenant,
                AuditKind.TENANT_NOTICES_CHANGED,
                Optional.empty(),
                () -> database.tenants().updateNoticeRules(tenant, rules));
        return tenant;
    }

    /// Adds a domain to the tenant at this host. Whoever has the control token vouches that it is
    /// theirs.
    void addDomain(String tenantHost, String domain)
            throws RefusedException, IOException, OpeningFailedException {
        TenantId tenant = tenant(tenantHost);
        String name = domain(domain);
        try {
            recorder.recorded(
                    tenant,
                    AuditKind.DOMAIN_ADDED,
                    Optional.empty(),
                    () -> database.tenants().insertDomain(tenant, name, clock.instant()));
        } catch (DuplicateKeyException e) {
            throw new RefusedException("a tenant has this domain already.");
        }
        doors.refresh();
    }

    /// A connector as an administrator asks for it.
    ///
    /// @param ranges where its client must come from
    /// @param password whether its client has one, which we make
    /// @param certificatePins one of which its client's certificate must have
    /// @param nextHop `HOST:PORT` where its unmarked mail goes
    /// @param certificateNames of the shared cloud it comes from; none if nobody shares with it
    /// @param secretHeader whether a field proves a message there, which we make
    /// @param alignedDkim whether a signature proves a message there
    /// @param authority who must have issued its client's certificate
    record NewConnector(
            String name,
            List<String> ranges,
            boolean password,
            List<String> certificatePins,
            boolean envelopeSenderOnly,
            boolean sealsAll,
            Optional<String> nextHop,
            List<String> certificateNames,
            boolean secretHeader,
            boolean alignedDkim,
            AskedAuthority authority) {}

    /// A connector that was made.
    ///
    /// @param password told this once; only its verifier is kept
    /// @param secretHeader what the field says, likewise
    record MadeConnector(ConnectorId id, Optional<String> password, Optional<String> secretHeader) {

        @Override
        public String toString() {
            return "MadeConnector[id=" + id + "]";
        }
    }

    /// Adds a connector to the tenant at this host.
    MadeConnector addConnector(String tenantHost, NewConnector asked)
            throws RefusedException, IOException, OpeningFailedException {
        for (String range : asked.ranges()) {
            requireRange(range);
        }
        for (String pin : asked.certificatePins()) {
            requirePin(pin);
        }
        Optional<Tenant.ClientAuthority> authority = asked.authority().toAuthority(clock.instant());
        if (asked.ranges().isEmpty()
                && !asked.password()
                && asked.certificatePins().isEmpty()
                && authority.isEmpty()) {
            throw new RefusedException(
                    "a connector needs an address range, a password, a certificate pin or an"
                            + " authority to be known by.");
        }
        Optional<String> password =
                asked.password() ? Optional.of(Tokens.token(random)) : Optional.empty();
        Optional<String> secretHeader =
                asked.secretHeader() ? Optional.of(Tokens.token(random)) : Optional.empty();
        Tenant.Connector connector =
                new Tenant.Connector(
                        new ConnectorId(ids.next()),
                        required(asked.name(), "a name"),
                        asked.ranges(),
                        password.map(made -> ScramVerifier.of(made, random).toText()),
                        asked.certificatePins(),
                        asked.envelopeSenderOnly(),
                        asked.sealsAll(),
                        nextHop(asked),
                        sharedCloud(asked, secretHeader),
                        authority);
        TenantId tenant = tenant(tenantHost);
        recorder.recorded(
                tenant,
                AuditKind.CONNECTOR_ADDED,
                Optional.of(connector.id()),
                () -> database.tenants().insertConnector(tenant, connector, clock.instant()));
        doors.refresh();
        return new MadeConnector(connector.id(), password, secretHeader);
    }

    /// Makes another secret header for a connector of the tenant at this host. The one before it
    /// stays valid until the next time, so that no mail is refused meanwhile.
    MadeConnector rotateSecret(String tenantHost, String connector)
            throws RefusedException, IOException, OpeningFailedException {
        ConnectorId id = connectorId(connector);
        String secret = Tokens.token(random);
        TenantId tenant = tenant(tenantHost);
        if (!recorder.recordedIfDone(
                tenant,
                AuditKind.CONNECTOR_SECRET_ROTATED,
                id,
                () -> database.tenants().rotateSecret(tenant, id, digest(secret)))) {
            throw new RefusedException(
                    "the tenant at " + tenantHost + " has no such connector with a secret header.");
        }
        doors.refresh();
        return new MadeConnector(id, Optional.empty(), Optional.of(secret));
    }

    private static ConnectorId connectorId(String text) throws RefusedException {
        try {
            return new ConnectorId(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            throw new RefusedException("\"" + text + "\" is no connector's id.");
        }
    }

    private static String digest(String secret) {
        return Base64.getEncoder().encodeToString(Tokens.hash(secret).toBytes());
    }

    /// Address and certificate are the cloud's, and everybody there has them: so there must be
    /// something that only this organisation's messages have.
    private static Optional<Tenant.SharedCloud> sharedCloud(
            NewConnector asked, Optional<String> secretHeader) throws RefusedException {
        boolean proof = asked.secretHeader() || asked.alignedDkim();
        if (asked.certificateNames().isEmpty()) {
            if (proof) {
                throw new RefusedException(
                        "--secret-header and --aligned-dkim are for a cloud that others share: say"
                                + " which with --certificate-name and --ranges.");
            }
            return Optional.empty();
        }
        if (!proof || asked.ranges().isEmpty()) {
            throw new RefusedException(
                    "a cloud that others share needs its address ranges, and --secret-header or"
                            + " --aligned-dkim to tell your mail from theirs.");
        }
        if (asked.envelopeSenderOnly()) {
            throw new RefusedException(
                    "anybody in a cloud that others share can write any MAIL FROM: leave out"
                            + " --envelope-sender-only.");
        }
        return Optional.of(
                new Tenant.SharedCloud(
                        dnsNames(asked.certificateNames()),
                        secretHeader.map(Provisioning::digest).stream().toList(),
                        asked.alignedDkim()));
    }

    /// Names as certificates carry them.
    static List<String> dnsNames(List<String> asked) throws RefusedException {
        List<String> names = new ArrayList<>();
        for (String name : asked) {
            boolean wildcard = name.startsWith(WILDCARD);
            String rest = domain(wildcard ? name.substring(WILDCARD.length()) : name);
            names.add(wildcard ? WILDCARD + rest : rest);
        }
        return names;
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

    private static Optional<Tenant.NextHop> nextHop(NewConnector asked) throws RefusedException {
        if (asked.nextHop().isEmpty()) {
            return Optional.empty();
        }
        if (asked.sealsAll()) {
            throw new RefusedException(
                    "a connector that seals all mail has none to pass on: leave out --next-hop or"
                            + " --all-mail.");
        }
        try {
            HostAndPort hop = HostAndPort.parse(asked.nextHop().get());
            return Optional.of(new Tenant.NextHop(hop.host(), hop.port()));
        } catch (UsageException e) {
            throw new RefusedException(
                    "\""
                            + asked.nextHop().get()
                            + "\" is no HOST:PORT, such as mx.example.net:25.");
        }
    }

    private static void requirePin(String pin) throws RefusedException {
        if (!PIN.matcher(pin).matches()) {
            throw new RefusedException(
                    "\""
                            + pin
                            + "\" is no certificate pin: the SHA-256 of the public key in base64,"
                            + " 44 characters.");
        }
    }

    private TenantId tenant(String host) throws RefusedException {
        return database.tenants()
                .findByHost(host)
                .filter(found -> !database.tenants().isEnded(found))
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
