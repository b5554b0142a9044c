package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.uuid;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.postern.db.ConnectorId;
import org.postern.db.Language;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Tenants, verified domains and connectors. Thread-safe.
public final class TenantStore {

    private final JdbcClient sql;

    public TenantStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Inserts a tenant.
    ///
    /// @throws org.springframework.dao.DuplicateKeyException if host or suffix is another tenant's
    public void insert(
            TenantId tenant,
            String name,
            String portalHost,
            Optional<String> addressSuffix,
            Instant now) {
        sql.sql(
                        """
                        INSERT INTO tenant (tenant_id, name, portal_host, address_suffix, created_at)
                        VALUES (:tenant, :name, lower(:host), lower(:suffix), :now)
                        """)
                .param("tenant", tenant.value())
                .param("name", name)
                .param("host", portalHost)
                .param("suffix", addressSuffix.orElse(null), Types.VARCHAR)
                .param("now", at(now))
                .update();
    }

    /// Adds a domain whose owner the tenant has proved to be.
    ///
    /// @throws org.springframework.dao.DuplicateKeyException if some tenant has it
    public void insertDomain(TenantId tenant, String domain, Instant now) {
        sql.sql(
                        "INSERT INTO verified_domain (tenant_id, domain, verified_at) VALUES"
                                + " (:tenant, lower(:domain), :now)")
                .param("tenant", tenant.value())
                .param("domain", domain)
                .param("now", at(now))
                .update();
    }

    /// Adds a connector.
    public void insertConnector(TenantId tenant, Tenant.Connector connector, Instant now) {
        Optional<Tenant.SharedCloud> cloud = connector.sharedCloud();
        Optional<Tenant.ClientAuthority> authority = connector.clientAuthority();
        sql.sql(
                        """
                        INSERT INTO connector (tenant_id, connector_id, name, source_ranges, password_verifier,
                                               certificate_pins, envelope_sender_only, seals_all, next_hop_host, next_hop_port,
                                               certificate_names, secret_headers, aligned_dkim, client_authorities, client_names, created_at)
                        VALUES (:tenant, :connector, :name, :ranges, :verifier, :pins, :envelopeOnly, :all, :nextHost, :nextPort,
                                :certificateNames, :secrets, :dkim, :authorities, :clientNames, :now)
                        """)
                .param("tenant", tenant.value())
                .param("connector", connector.id().value())
                .param("name", connector.name())
                .param("ranges", connector.sourceRanges().toArray(String[]::new))
                .param("verifier", connector.passwordVerifier().orElse(null), Types.VARCHAR)
                .param("pins", connector.certificatePins().toArray(String[]::new))
                .param("envelopeOnly", connector.envelopeSenderOnly())
                .param("all", connector.sealsAll())
                .param(
                        "nextHost",
                        connector.nextHop().map(Tenant.NextHop::host).orElse(null),
                        Types.VARCHAR)
                .param(
                        "nextPort",
                        connector.nextHop().map(Tenant.NextHop::port).orElse(null),
                        Types.INTEGER)
                .param("certificateNames", array(cloud.map(Tenant.SharedCloud::certificateNames)))
                .param("secrets", array(cloud.map(Tenant.SharedCloud::secretHeaders)))
                .param("dkim", cloud.map(Tenant.SharedCloud::alignedDkim).orElse(false))
                .param("authorities", array(authority.map(Tenant.ClientAuthority::certificates)))
                .param("clientNames", array(authority.map(Tenant.ClientAuthority::names)))
                .param("now", at(now))
                .update();
    }

    /// Gives a connector that has a secret another one; the one before it stays valid until the
    /// next time, and any older one ends.
    ///
    /// @return whether the tenant has such a connector
    public boolean rotateSecret(TenantId tenant, ConnectorId connector, String digest) {
        return sql.sql(
                                """
                                UPDATE connector SET secret_headers = ARRAY[:digest, secret_headers[1]]
                                 WHERE tenant_id = :tenant AND connector_id = :connector AND cardinality(secret_headers) > 0
                                """)
                        .param("digest", digest)
                        .param("tenant", tenant.value())
                        .param("connector", connector.value())
                        .update()
                == 1;
    }

    /// The tenant whose portal answers at this host.
    public Optional<TenantId> findByHost(String portalHost) {
        return sql.sql("SELECT tenant_id FROM tenant WHERE portal_host = lower(:host)")
                .param("host", portalHost)
                .query((row, _) -> new TenantId(uuid(row, "tenant_id")))
                .optional();
    }

    /// Ends a tenant: its host, its domains and its suffix may be another's from now on, and no
    /// door takes mail for it. Its row stays, for the audit chain, under a host that is nobody's.
    ///
    /// @return false if it had ended already
    public boolean end(TenantId tenant, Instant now) {
        boolean ended =
                sql.sql(
                                        """
                                        UPDATE tenant SET ended_at = :now, portal_host = tenant_id || '.invalid', address_suffix = NULL,
                                                          return_domain = NULL
                                         WHERE tenant_id = :tenant AND ended_at IS NULL
                                        """)
                                .param("now", at(now))
                                .param("tenant", tenant.value())
                                .update()
                        == 1;
        for (String of : List.of("verified_domain", "connector", "sign_in_request")) {
            sql.sql("DELETE FROM " + of + " WHERE tenant_id = :tenant")
                    .param("tenant", tenant.value())
                    .update();
        }
        return ended;
    }

    /// Whether the tenant has ended.
    public boolean isEnded(TenantId tenant) {
        return sql.sql(
                        "SELECT EXISTS (SELECT FROM tenant WHERE tenant_id = :tenant AND ended_at"
                                + " IS NOT NULL)")
                .param("tenant", tenant.value())
                .query(Boolean.class)
                .single();
    }

    /// Every tenant that has not ended, with domains and connectors.
    public List<Tenant> all() {
        Map<TenantId, List<String>> domains = new HashMap<>();
        sql.sql("SELECT tenant_id, domain FROM verified_domain ORDER BY domain")
                .query(row -> {
                    domains.computeIfAbsent(tenantId(row), _ -> new ArrayList<>())
                            .add(row.getString("domain"));
                });
        Map<TenantId, List<Tenant.Connector>> connectors = new HashMap<>();
        sql.sql("SELECT * FROM connector ORDER BY created_at, connector_id")
                .query(row -> {
                    connectors
                            .computeIfAbsent(tenantId(row), _ -> new ArrayList<>())
                            .add(connector(row));
                });
        return sql.sql("SELECT * FROM tenant WHERE ended_at IS NULL ORDER BY tenant_id")
                .query((row, _) ->
                        new Tenant(
                                tenantId(row),
                                row.getString("name"),
                                row.getString("portal_host"),
                                Optional.ofNullable(row.getString("address_suffix")),
                                domains.getOrDefault(tenantId(row), List.of()),
                                connectors.getOrDefault(tenantId(row), List.of()),
                                rules(row)))
                .list();
    }

    /// One tenant that has not ended, with domains and connectors.
    public Optional<Tenant> find(TenantId tenant) {
        return all().stream().filter(each -> each.id().equals(tenant)).findFirst();
    }

    /// Has whoever else changes this tenant wait for the end of the caller's transaction.
    public void lock(TenantId tenant) {
        sql.sql("SELECT 1 FROM tenant WHERE tenant_id = :tenant FOR UPDATE")
                .param("tenant", tenant.value())
                .query(Integer.class)
                .optional();
    }

    /// What a tenant has decided about its mail.
    public MailRules rules(TenantId tenant) {
        return sql.sql("SELECT * FROM tenant WHERE tenant_id = :tenant")
                .param("tenant", tenant.value())
                .query((row, _) -> rules(row))
                .single();
    }

    /// The same, and what it has decided about notices; empty if the tenant has ended.
    public Optional<TenantRules> rulesUnlessEnded(TenantId tenant) {
        return sql.sql("SELECT * FROM tenant WHERE tenant_id = :tenant AND ended_at IS NULL")
                .param("tenant", tenant.value())
                .query((row, _) -> new TenantRules(rules(row), noticeRules(row)))
                .optional();
    }

    /// What a tenant's mail names it by; empty if it has ended.
    public Optional<TenantName> name(TenantId tenant) {
        return sql.sql(
                        """
                        SELECT name, portal_host, return_domain,
                               (SELECT min(domain) FROM verified_domain WHERE tenant_id = :tenant) AS first_domain
                          FROM tenant WHERE tenant_id = :tenant AND ended_at IS NULL
                        """)
                .param("tenant", tenant.value())
                .query((row, _) ->
                        new TenantName(
                                row.getString("name"),
                                row.getString("portal_host"),
                                Optional.ofNullable(row.getString("first_domain")),
                                Optional.ofNullable(row.getString("return_domain"))))
                .optional();
    }

    /// Replaces what a tenant has decided about its mail.
    ///
    /// @throws org.springframework.dao.DuplicateKeyException if its return domain is another
    ///   tenant's
    public void updateRules(TenantId tenant, MailRules rules) {
        sql.sql(
                        """
                        UPDATE tenant SET subject_brackets = :brackets, subject_tags = :tags, mark_field_names = :names,
                                          mark_field_values = :values, normalizes_line_ends = :normalizes,
                                          keep_days = :keep, grace_days = :grace, return_domain = :returns
                         WHERE tenant_id = :tenant
                        """)
                .param("brackets", array(rules.brackets(), MailRules.Brackets::name))
                .param("tags", array(rules.tags(), tag -> tag))
                .param("names", array(rules.markFields(), MailRules.MarkField::name))
                .param("values", array(rules.markFields(), MailRules.MarkField::value))
                .param("normalizes", rules.normalizesLineEnds())
                .param("keep", rules.keeping().days())
                .param("grace", rules.keeping().graceDays())
                .param("returns", rules.returnDomain().orElse(null), Types.VARCHAR)
                .param("tenant", tenant.value())
                .update();
    }

    /// What a tenant has decided about the mail that tells people of messages.
    public NoticeRules noticeRules(TenantId tenant) {
        return sql.sql(
                        """
                        SELECT language, zero_link_domains, tells_subject, reminds, digest_minutes FROM tenant
                         WHERE tenant_id = :tenant
                        """)
                .param("tenant", tenant.value())
                .query((row, _) -> noticeRules(row))
                .single();
    }

    /// Replaces what a tenant has decided about the mail that tells people of messages.
    public void updateNoticeRules(TenantId tenant, NoticeRules rules) {
        sql.sql(
                        """
                        UPDATE tenant SET language = :language, zero_link_domains = :domains, tells_subject = :subject,
                                          reminds = :reminds, digest_minutes = :digest
                         WHERE tenant_id = :tenant
                        """)
                .param("language", rules.language().tag())
                .param("domains", array(rules.zeroLinkDomains(), domain -> domain))
                .param("subject", rules.tellsSubject())
                .param("reminds", rules.reminds())
                .param("digest", rules.digestMinutes())
                .param("tenant", tenant.value())
                .update();
    }

    private static <T> String[] array(List<T> all, Function<T, String> text) {
        return all.stream().map(text).toArray(String[]::new);
    }

    static NoticeRules noticeRules(ResultSet row) throws SQLException {
        return new NoticeRules(
                Language.of(row.getString("language")).orElseThrow(),
                texts(row, "zero_link_domains"),
                row.getBoolean("tells_subject"),
                row.getBoolean("reminds"),
                row.getInt("digest_minutes"));
    }

    private static MailRules rules(ResultSet row) throws SQLException {
        List<String> names = texts(row, "mark_field_names");
        List<String> values = texts(row, "mark_field_values");
        return new MailRules(
                texts(row, "subject_brackets").stream().map(MailRules.Brackets::valueOf).toList(),
                texts(row, "subject_tags"),
                IntStream.range(0, names.size())
                        .mapToObj(i -> new MailRules.MarkField(names.get(i), values.get(i)))
                        .toList(),
                row.getBoolean("normalizes_line_ends"),
                new MailRules.Keeping(row.getInt("keep_days"), row.getInt("grace_days")),
                Optional.ofNullable(row.getString("return_domain")));
    }

    private static List<String> texts(ResultSet row, String column) throws SQLException {
        return List.of((String[]) row.getArray(column).getArray());
    }

    private static TenantId tenantId(ResultSet row) throws SQLException {
        return new TenantId(uuid(row, "tenant_id"));
    }

    private static Tenant.Connector connector(ResultSet row) throws SQLException {
        return new Tenant.Connector(
                new ConnectorId(uuid(row, "connector_id")),
                row.getString("name"),
                List.of((String[]) row.getArray("source_ranges").getArray()),
                Optional.ofNullable(row.getString("password_verifier")),
                List.of((String[]) row.getArray("certificate_pins").getArray()),
                row.getBoolean("envelope_sender_only"),
                row.getBoolean("seals_all"),
                nextHop(row),
                sharedCloud(row),
                clientAuthority(row));
    }

    private static Optional<Tenant.ClientAuthority> clientAuthority(ResultSet row)
            throws SQLException {
        List<String> certificates = texts(row, "client_authorities");
        return certificates.isEmpty()
                ? Optional.empty()
                : Optional.of(new Tenant.ClientAuthority(certificates, texts(row, "client_names")));
    }

    private static Optional<Tenant.SharedCloud> sharedCloud(ResultSet row) throws SQLException {
        List<String> names = List.of((String[]) row.getArray("certificate_names").getArray());
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new Tenant.SharedCloud(
                                names,
                                List.of((String[]) row.getArray("secret_headers").getArray()),
                                row.getBoolean("aligned_dkim")));
    }

    private static String[] array(Optional<List<String>> words) {
        return words.orElse(List.of()).toArray(String[]::new);
    }

    private static Optional<Tenant.NextHop> nextHop(ResultSet row) throws SQLException {
        String host = row.getString("next_hop_host");
        return host == null
                ? Optional.empty()
                : Optional.of(new Tenant.NextHop(host, row.getInt("next_hop_port")));
    }
}
