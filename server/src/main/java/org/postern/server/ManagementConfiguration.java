package org.postern.server;

import com.zaxxer.hikari.HikariDataSource;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.postern.db.store.MailDatabase;
import org.postern.intake.Intake;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.spool.HandOver;
import org.postern.notifications.audit.Chainer;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.outgoing.Outbox;
import org.postern.server.audit.AuditEndpoint;
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
    Provisioning provisioning(
            MailDatabase database,
            Authority authority,
            DoorRefresh door,
            Clock clock,
            SecureRandom random) {
        return new Provisioning(database, authority, door, clock, random);
    }

    @Bean
    Upkeep upkeep(
            HikariDataSource mailPool,
            HikariDataSource ledgerPool,
            MailDatabase database,
            Clock clock,
            Provisioning provisioning,
            HouseParts parts,
            Door door,
            DoorRefresh refresh,
            KeyService keys,
            HandOver handOver,
            DeliveryWorker deliveries,
            JobWorker jobs,
            Chainer chainer) {
        return new Upkeep(
                mailPool,
                ledgerPool,
                database,
                parts.options().databaseUrl().isEmpty(),
                clock,
                new Demo(provisioning),
                parts.options().demo(),
                door,
                refresh,
                keys,
                List.of(handOver::start, deliveries::start, jobs::start, chainer::start));
    }

    @Bean
    Readiness readiness(HouseParts parts, Upkeep upkeep, Intake intake, DoorCheck doorCheck) {
        return new Readiness(parts, upkeep, intake, doorCheck);
    }

    @Bean
    ControlEndpoint controlEndpoint(Provisioning provisioning) {
        return new ControlEndpoint(provisioning);
    }

    @Bean
    Chainer auditChainer(MailDatabase database, Authority authority, Clock clock) {
        return new Chainer(database, authority, clock);
    }

    @Bean
    AuditEndpoint auditEndpoint(
            MailDatabase database,
            Authority authority,
            Chainer chainer,
            Clock clock,
            SecureRandom random) {
        return new AuditEndpoint(database, authority, chainer, clock, random);
    }

    @Bean
    AuditMetrics auditMetrics(MailDatabase database) {
        return new AuditMetrics(database.auditChain());
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
