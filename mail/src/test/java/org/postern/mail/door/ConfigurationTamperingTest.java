package org.postern.mail.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.db.ConnectorId;
import org.postern.db.TenantId;
import org.postern.db.store.Tenant;
import org.postern.keys.Altered;
import org.postern.keys.Altered.How;
import org.postern.keys.Altered.Rows;
import org.postern.keys.Authority;
import org.postern.mail.LogLines;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.door.ConfigurationChanges.Step;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Somebody who owns the mail database, and nothing else, changes the rows that a snapshot is made
/// from.
class ConfigurationTamperingTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private SnapshotPublisher publisher;
    private TenantId other;
    private Tenant.Connector gateway;

    @BeforeEach
    void start() throws Exception {
        site = new TestSite(folder);
        other = site.addTenant("Law Firm", "law.example", "example.net", "in.law.example");
        system = site.start();
        gateway =
                Tenant.Connector.of(new ConnectorId(site.id()), "gateway", List.of("192.0.2.7/32"))
                        .withPassword("SCRAM-SHA-256$4096:c2FsdA==$stored:server");
        change(site.tenant(), () -> insert(gateway));
        publisher = system.publisher();
        refresh();
    }

    /// What the owner of the database does, and how it is named.
    enum Tampering {
        INSERTED_CONNECTOR(
                """
                INSERT INTO connector (tenant_id, connector_id, name, source_ranges, envelope_sender_only, seals_all, created_at)
                SELECT tenant_id, gen_random_uuid(), 'his', '{203.0.113.9/32}', false, false, now() FROM connector
                """,
                "changed(connectors)"),
        ALTERED_RANGES("UPDATE connector SET source_ranges = '{0.0.0.0/0}'", "changed(connectors)"),
        ALTERED_PASSWORD(
                "UPDATE connector SET password_verifier = 'SCRAM-SHA-256$4096:c2FsdA==$his:his'",
                "changed(connectors)"),
        ALTERED_NEXT_HOP(
                "UPDATE connector SET next_hop_host = 'his.example', next_hop_port = 25",
                "changed(connectors)"),
        DELETED_CONNECTOR("DELETE FROM connector", "changed(connectors)"),
        INSERTED_DOMAIN(
                """
                INSERT INTO verified_domain (tenant_id, domain, verified_at)
                SELECT tenant_id, 'his.example', now() FROM tenant WHERE portal_host = 'clinic.example'
                """,
                "changed(domains)"),
        MOVED_CONNECTOR_AND_RULES(
                """
                UPDATE connector SET tenant_id = (SELECT tenant_id FROM tenant WHERE portal_host = 'law.example');
                UPDATE tenant SET keep_days = 1 WHERE portal_host = 'clinic.example'
                """,
                "changed(tenant,connectors)"),
        OTHER_PORTAL(
                "UPDATE tenant SET portal_host = 'his.example' WHERE portal_host ="
                        + " 'clinic.example'",
                "changed(tenant)"),
        ENDED_TENANT(
                "UPDATE tenant SET ended_at = now() WHERE portal_host = 'clinic.example'",
                "missing(tenant)");

        private final String sql;
        private final String words;

        Tampering(String sql, String words) {
            this.sql = sql;
            this.words = words;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatSomebodyElseWroteIsNotPublishedAndNamedOnce(Tampering tampering) throws Exception {
        List<Tenant> before = published();

        try (LogLines log = new LogLines()) {
            sql(tampering.sql);
            refresh();
            refresh();

            assertThat(log.lines())
                    .filteredOn(line -> line.contains("what=configuration"))
                    .filteredOn(line -> line.contains(site.tenant().toString()))
                    .singleElement()
                    .asString()
                    .contains(tampering.words);
        }
        assertThat(published()).isEqualTo(before);
        assertThat(publisher.alteredTenants()).isPositive();

        site.clock().advance(Duration.ofHours(7));
        refresh();
        assertThat(published()).as("signed again meanwhile").isEqualTo(before);
    }

    @Test
    void rowsThatArePutRightAgainAreNoLongerNamed() throws Exception {
        sql("UPDATE connector SET source_ranges = '{0.0.0.0/0}'");
        refresh();
        assertThat(publisher.alteredTenants()).isEqualTo(1);

        sql("UPDATE connector SET source_ranges = '{192.0.2.7/32}'");
        refresh();

        assertThat(publisher.alteredTenants()).isZero();
    }

    @Test
    void anOrganisationThatNobodyMadeIsNotPublished() throws Exception {
        sql(
                """
                INSERT INTO tenant (tenant_id, name, portal_host, created_at)
                VALUES (gen_random_uuid(), 'His', 'his.example', now())
                """);

        refresh();

        assertThat(published()).extracting(Tenant::portalHost).doesNotContain("his.example");
        assertThat(publisher.differences())
                .singleElement()
                .satisfies(found -> assertThat(found.altered().how()).isEqualTo(How.UNKNOWN));
    }

    @Test
    void rowsOfYesterdayBroughtBackAreFound() throws Exception {
        String yesterday =
                "UPDATE connector SET source_ranges = '{192.0.2.7/32}', secret_headers = '{}'";
        change(
                site.tenant(),
                () -> sql("UPDATE connector SET source_ranges = '{198.51.100.7/32}'"));
        refresh();

        sql(yesterday);
        refresh();

        assertThat(ranges()).containsExactly("198.51.100.7/32");
        assertThat(publisher.alteredTenants()).isEqualTo(1);
    }

    @Test
    void theOthersGoOnMeanwhile() throws Exception {
        sql("UPDATE connector SET source_ranges = '{0.0.0.0/0}'");

        change(other, () -> insertDomain(other, "more.example.net"));
        refresh();

        assertThat(tenant(other).domains()).contains("more.example.net");
        assertThat(ranges()).containsExactly("192.0.2.7/32");
    }

    @Test
    void anAdministratorsChangeDoesNotCarryAlongWhatSomebodyElseWrote() {
        sql("UPDATE connector SET source_ranges = '{0.0.0.0/0}'");

        assertThatThrownBy(() ->
                        change(
                                site.tenant(),
                                () -> insertDomain(site.tenant(), "more.example.com")))
                .isInstanceOf(ConfigurationAlteredException.class);

        assertThat(
                        system.database()
                                .tenants()
                                .find(site.tenant())
                                .map(Tenant::domains)
                                .orElseThrow())
                .doesNotContain("more.example.com");
    }

    @Test
    void withoutASnapshotToFallBackOnNothingIsSignedAndTheDoorKeepsItsOwn() throws Exception {
        Snapshot before = system.door().requireStanding().snapshot();
        sql("DELETE FROM snapshot");
        sql("UPDATE connector SET source_ranges = '{0.0.0.0/0}'");

        try (LogLines log = new LogLines()) {
            refresh();
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line).contains("no snapshot is signed"));
        }

        assertThat(system.database().snapshots().newest()).isEmpty();
        assertThat(system.door().requireStanding().snapshot()).isEqualTo(before);
    }

    @Test
    void theAuthoritySignsNoSnapshotWithOtherRowsWhoeverAsks() throws Exception {
        Snapshot good = system.door().requireStanding().snapshot();
        Tenant tenant = tenant(site.tenant());
        Tenant his =
                new Tenant(
                        tenant.id(),
                        tenant.name(),
                        tenant.portalHost(),
                        tenant.addressSuffix(),
                        tenant.domains(),
                        List.of(),
                        tenant.rules());

        assertThat(signed(good, good.tenants())).isPresent();
        assertThat(signed(good, List.of(his, tenant(other)))).isEmpty();
        assertThat(signed(good, List.of(tenant))).as("one less").isEmpty();
        assertThat(
                        signed(
                                good,
                                List.of(
                                        tenant,
                                        tenant(other),
                                        new Tenant(
                                                new TenantId(new UUID(1, 2)),
                                                "His",
                                                "his.example",
                                                Optional.empty(),
                                                List.of(),
                                                List.of(),
                                                tenant.rules()))))
                .as("one more")
                .isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aChangeBrokenOffAtAnyStepIsAsItWasOrDoneAndNeverAnAlarm(Step step) throws Exception {
        for (int round = 0; round < 2; round++) {
            String range = "198.51.100." + round + "/32";
            String set = "UPDATE connector SET source_ranges = '{" + range + "}'";
            assertThatThrownBy(() ->
                            new ConfigurationChanges(
                                            system.database(),
                                            authority(),
                                            reached -> breakOff(step, reached))
                                    .change(site.tenant(), () -> sql(set)))
                    .hasMessage("broken off");

            SnapshotPublisher later = site.start().publisher();
            later.publishIfNeeded();
            refresh();

            assertThat(later.alteredTenants()).isZero();
            boolean done = step == Step.COMMITTED || step == Step.CONFIRMED;
            assertThat(ranges().contains(range)).isEqualTo(done);
        }
        change(site.tenant(), () -> sql("UPDATE connector SET source_ranges = '{192.0.2.9/32}'"));
        refresh();
        assertThat(ranges()).containsExactly("192.0.2.9/32");
    }

    @Test
    void onceTheNewRowsWereSeenTheOldOnesAreNotAllowedAnyMore() throws Exception {
        assertThatThrownBy(() ->
                        new ConfigurationChanges(
                                        system.database(),
                                        authority(),
                                        reached -> breakOff(Step.COMMITTED, reached))
                                .change(
                                        site.tenant(),
                                        () ->
                                                sql(
                                                        "UPDATE connector SET source_ranges"
                                                                + " = '{198.51.100.7/32}'")))
                .hasMessage("broken off");
        refresh();

        sql("UPDATE connector SET source_ranges = '{192.0.2.7/32}'");
        refresh();

        assertThat(publisher.alteredTenants()).isEqualTo(1);
        assertThat(ranges()).containsExactly("198.51.100.7/32");
    }

    @Test
    void anOperatorWhoAcceptsWhatABackupBroughtHasItPublished() throws Exception {
        sql("UPDATE connector SET source_ranges = '{198.51.100.7/32}'");
        refresh();
        SnapshotPublisher.Difference found = publisher.differences().getFirst();
        assertThat(found.published().orElseThrow()).isEqualTo(tenant(site.tenant()));

        assertThat(authority().accept(site.tenant(), found.found())).isTrue();
        refresh();

        assertThat(ranges()).containsExactly("198.51.100.7/32");
        assertThat(publisher.alteredTenants()).isZero();
    }

    @Test
    void whoAcceptsThatAnOrganisationIsGoneDoesNotFindItAgain() throws Exception {
        sql("UPDATE tenant SET ended_at = now() WHERE portal_host = 'law.example'");
        refresh();

        authority().accept(other, Optional.empty());
        refresh();
        assertThat(publisher.alteredTenants()).isZero();
        assertThat(published()).hasSize(1);

        sql("UPDATE tenant SET ended_at = NULL");
        refresh();
        assertThat(published()).as("back again, and nobody made it").hasSize(1);
    }

    @Test
    void anOrganisationThatTheKeysHaveEndedGoesQuietlyAndStaysAway() throws Exception {
        system.keys().service().endTenant(other);

        try (LogLines log = new LogLines()) {
            refresh();
            assertThat(log.lines()).noneMatch(line -> line.contains("integrity event"));
        }
        assertThat(published()).hasSize(1);
        assertThat(authority().accept(other, Optional.of(rowsOf(other)))).isFalse();
    }

    @Test
    void theFirstStartAfterAnUpgradeTakesOverWhatItFindsOnce() throws Exception {
        site.ledgerSql().sql("UPDATE configuration SET digest = NULL").update();
        sql("UPDATE connector SET source_ranges = '{198.51.100.7/32}'");

        try (LogLines log = new LogLines()) {
            refresh();
            assertThat(log.lines())
                    .anySatisfy(line -> assertThat(line).contains("are taken over as they are"));
        }
        assertThat(ranges()).containsExactly("198.51.100.7/32");

        sql("UPDATE connector SET source_ranges = '{0.0.0.0/0}'");
        refresh();
        assertThat(ranges()).containsExactly("198.51.100.7/32");
    }

    @Test
    void everyValueOfAnOrganisationCounts() throws Exception {
        Tenant tenant = tenant(site.tenant());
        Tenant.Connector full =
                gateway.withCertificates(List.of("pin"))
                        .withSealsAll(true)
                        .withEnvelopeSenderOnly(true)
                        .withNextHop(new Tenant.NextHop("hop.example", 25))
                        .withClientAuthority(
                                new Tenant.ClientAuthority(List.of("AQID"), List.of("a.example")));
        for (Function<Tenant.Connector, Tenant.Connector> one :
                List.<Function<Tenant.Connector, Tenant.Connector>>of(
                        c -> c.withCertificates(List.of("pin")),
                        c -> c.withSealsAll(true),
                        c -> c.withEnvelopeSenderOnly(true),
                        c -> c.withNextHop(new Tenant.NextHop("hop.example", 25)),
                        c ->
                                c.withClientAuthority(
                                        new Tenant.ClientAuthority(
                                                List.of("AQID"), List.of("a.example"))),
                        c ->
                                c.withSharedCloud(
                                        new Tenant.SharedCloud(
                                                List.of("c.example"), List.of("x"), true)),
                        c -> c.withPassword("another"),
                        _ -> full)) {
            Tenant changed =
                    new Tenant(
                            tenant.id(),
                            tenant.name(),
                            tenant.portalHost(),
                            tenant.addressSuffix(),
                            tenant.domains(),
                            List.of(one.apply(gateway)),
                            tenant.rules());
            assertThat(authority().altered(List.of(changed, tenant(other))))
                    .containsExactly(
                            new Altered(site.tenant(), How.CHANGED, Set.of(Rows.CONNECTORS)));
        }
    }

    private static void breakOff(Step at, Step reached) {
        if (at == reached) {
            throw new IllegalStateException("broken off");
        }
    }

    private Optional<?> signed(Snapshot like, List<Tenant> tenants) {
        return authority()
                .sign(
                        Door.SNAPSHOT_PURPOSE,
                        new Snapshot(
                                        like.number() + 1,
                                        like.issuedAt(),
                                        like.validUntil(),
                                        like.spoolKeyId(),
                                        like.spoolKey(),
                                        like.textMessages(),
                                        tenants)
                                .encode());
    }

    private void change(TenantId tenant, Runnable rows) {
        new ConfigurationChanges(system.database(), authority()).change(tenant, rows);
    }

    private void insert(Tenant.Connector connector) {
        system.database()
                .tenants()
                .insertConnector(site.tenant(), connector, site.clock().instant());
    }

    private void insertDomain(TenantId tenant, String domain) {
        system.database().tenants().insertDomain(tenant, domain, site.clock().instant());
    }

    private Authority authority() {
        return system.keys().authority();
    }

    /// In the caller's transaction, if there is one on the same pool.
    private void sql(String statement) {
        JdbcClient database = site.mailSql();
        database.sql(statement).update();
    }

    private void refresh() throws Exception {
        new DoorRefresh(system.door(), authority(), publisher, site.clock()).refresh();
    }

    private List<Tenant> published() throws NotReadyException {
        return system.door().requireStanding().snapshot().tenants();
    }

    private Tenant tenant(TenantId id) throws NotReadyException {
        return system.door().requireStanding().snapshot().tenant(id).orElseThrow();
    }

    private Tenant rowsOf(TenantId id) {
        return system.database().tenants().find(id).orElseThrow();
    }

    private List<String> ranges() throws NotReadyException {
        return tenant(site.tenant()).connectors().getFirst().sourceRanges();
    }
}
