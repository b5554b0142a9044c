package org.postern.server;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.notifications.audit.Chainer;
import org.postern.server.audit.AuditEndpoint;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `worker` for administrators: organisations, domains, connectors, and the audit chain.
@Configuration(proxyBeanMethods = false)
class ProvisioningConfiguration {

    @Bean
    Provisioning provisioning(
            MailDatabase database,
            Authority authority,
            SnapshotPublisher publisher,
            ObjectProvider<DoorRefresh> door,
            Clock clock,
            SecureRandom random) {
        DoorRefresh own = door.getIfAvailable();
        return new Provisioning(
                database,
                authority,
                own == null ? publisher::publishIfNeeded : own::refresh,
                clock,
                random);
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
}
