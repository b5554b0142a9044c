package org.postern.server;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.MailSchema;
import org.postern.intake.Intake;
import org.postern.keys.Role;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.LedgerSchema;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.spool.HandOver;
import org.postern.mail.spool.SpoolReport;
import org.postern.notifications.audit.Chainer;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.outgoing.Outbox;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.authorization.AuthorizationDecision;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.web.SecurityFilterChain;

/// What runs in the background, and the management port by which an operator sees and steers it.
@Configuration(proxyBeanMethods = false)
class ManagementConfiguration {

    @Bean
    Upkeep upkeep(
            HouseParts parts,
            HikariDataSource mailPool,
            MailDatabase database,
            Clock clock,
            @Qualifier("ledgerPool") ObjectProvider<HikariDataSource> ledgerPool,
            ObjectProvider<Provisioning> provisioning,
            ObjectProvider<Door> door,
            ObjectProvider<DoorRefresh> refresh,
            ObjectProvider<SpoolReport> report,
            ObjectProvider<SnapshotPublisher> publisher,
            ObjectProvider<HandOver> handOver,
            ObjectProvider<DeliveryWorker> deliveries,
            ObjectProvider<JobWorker> jobs,
            ObjectProvider<Chainer> chainer,
            ObjectProvider<KeyLedger> ledger,
            ObjectProvider<KeyCare> keyCare) {
        List<Runnable> first = new ArrayList<>();
        ledgerPool.ifAvailable(pool -> first.add(() -> LedgerSchema.migrate(pool)));
        List<Runnable> workers = new ArrayList<>();
        keyCare.ifAvailable(found -> workers.add(found::start));
        handOver.ifAvailable(found -> workers.add(found::start));
        if (parts.has(Role.WORKER)) {
            first.add(() -> MailSchema.migrate(mailPool));
            // Claims of whoever had the mail database before us, if nobody else has it.
            if (parts.options().databaseUrl().isEmpty() && parts.options().roles().isAll()) {
                workers.add(() -> database.arrivals().releaseClaims(clock.instant()));
                workers.add(() -> database.jobs().releaseClaims(clock.instant()));
            }
            deliveries.ifAvailable(found -> workers.add(found::start));
            jobs.ifAvailable(found -> workers.add(found::start));
            chainer.ifAvailable(found -> workers.add(found::start));
        }
        return new Upkeep(
                first,
                parts.options().demo()
                        ? new Demo(provisioning.getObject())::setUpIfEmpty
                        : () -> {},
                parts.options().roles().isDoor() ? Optional.of(door.getObject()) : Optional.empty(),
                refresh(refresh, report, publisher),
                shredding(ledger),
                workers);
    }

    /// Only whoever has the ledger shreds what is due.
    private static Runnable shredding(ObjectProvider<KeyLedger> ledger) {
        KeyLedger own = ledger.getIfAvailable();
        return own == null ? () -> {} : own::shredDue;
    }

    /// A process that is no door has nothing to refresh, unless it is a worker: that publishes what
    /// doors elsewhere work from.
    private static Refresh refresh(
            ObjectProvider<DoorRefresh> door,
            ObjectProvider<SpoolReport> report,
            ObjectProvider<SnapshotPublisher> publisher) {
        DoorRefresh own = door.getIfAvailable();
        if (own != null) {
            SpoolReport reporting = report.getObject();
            return () -> {
                own.refresh();
                reporting.refresh();
            };
        }
        SnapshotPublisher publishing = publisher.getIfAvailable();
        return publishing == null ? () -> {} : publishing::publishIfNeeded;
    }

    @Bean
    Readiness readiness(
            HouseParts parts,
            Upkeep upkeep,
            ObjectProvider<Intake> intake,
            ObjectProvider<DoorCheck> doorCheck,
            ObjectProvider<KeysListener> keys) {
        return new Readiness(
                parts,
                upkeep,
                Optional.ofNullable(intake.getIfAvailable()),
                Optional.ofNullable(doorCheck.getIfAvailable()),
                Optional.ofNullable(keys.getIfAvailable()));
    }

    @Bean
    ControlEndpoint controlEndpoint(
            ObjectProvider<Provisioning> provisioning, ObjectProvider<Invitations> invitations) {
        return new ControlEndpoint(
                Optional.ofNullable(provisioning.getIfAvailable()),
                Optional.ofNullable(invitations.getIfAvailable()));
    }

    @Bean
    OutboxEndpoint outboxEndpoint(HouseParts parts) {
        return new OutboxEndpoint(new Outbox(parts.folder().outbox()), parts.options());
    }

    /// The management port: health, metrics and the demo's outbox are open, everything else needs
    /// the control token. Only a request that names this machine is answered, so that no page
    /// elsewhere can read the outbox through a rebound name.
    @Bean
    @Order(1)
    SecurityFilterChain managementSecurity(HttpSecurity http, HouseParts parts) {
        return http.securityMatcher(EndpointRequest.toAnyEndpoint())
                .authorizeHttpRequests(requests ->
                        requests.requestMatchers(EndpointRequest.to("health", "prometheus"))
                                .permitAll()
                                .requestMatchers(EndpointRequest.to("outbox"))
                                .access((_, context) ->
                                        new AuthorizationDecision(
                                                LocalName.isNamedBy(
                                                        context.getRequest().getHeader("Host"))))
                                .anyRequest()
                                .access((_, context) ->
                                        new AuthorizationDecision(
                                                parts.controlToken()
                                                        .matches(
                                                                context.getRequest()
                                                                        .getHeader(
                                                                                "Authorization")))))
                // A browser sends no control token by itself, so there is nothing to forge.
                .csrf(csrf -> csrf.disable())
                .sessionManagement(sessions -> sessions.disable())
                .requestCache(cache -> cache.disable())
                .anonymous(anonymous -> {})
                .exceptionHandling(refused ->
                        refused.authenticationEntryPoint(
                                        (_, response, _) -> response.sendError(401))
                                .accessDeniedHandler((_, response, _) -> response.sendError(403)))
                .headers(headers ->
                        headers.contentSecurityPolicy(policy ->
                                policy.policyDirectives(
                                        "default-src 'none'; style-src 'unsafe-inline'; form-action"
                                            + " 'none'; base-uri 'none'; frame-ancestors 'none'")))
                .build();
    }
}
