package org.postern.server;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.shredding.Shredding;
import org.postern.notifications.audit.Chainer;
import org.postern.server.audit.AuditEndpoint;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `worker` for administrators: organisations, domains, connectors, and the audit chain.
@Configuration(proxyBeanMethods = false)
class ProvisioningConfiguration {

    @Bean
    ShreddingEndpoint shreddingEndpoint(
            KeyService keys,
            Authority authority,
            MailDatabase database,
            SnapshotPublisher publisher,
            ObjectProvider<DoorRefresh> door,
            Clock clock,
            SecureRandom random) {
        return new ShreddingEndpoint(
                new Shredding(keys, authority, database, clock, random),
                database,
                doors(publisher, door),
                clock);
    }

    /// Doors in this process at once; others when they next look.
    private static Refresh doors(SnapshotPublisher publisher, ObjectProvider<DoorRefresh> door) {
        DoorRefresh own = door.getIfAvailable();
        return own == null ? publisher::publishIfNeeded : own::refresh;
    }

    @Bean
    Provisioning provisioning(
            MailDatabase database,
            Authority authority,
            SnapshotPublisher publisher,
            ObjectProvider<DoorRefresh> door,
            Clock clock,
            SecureRandom random) {
        return new Provisioning(database, authority, doors(publisher, door), clock, random);
    }

    @Bean
    ConfigurationEndpoint configurationEndpoint(
            MailDatabase database,
            Authority authority,
            SnapshotPublisher publisher,
            ObjectProvider<DoorRefresh> door,
            Clock clock,
            SecureRandom random) {
        return new ConfigurationEndpoint(
                publisher, authority, database, doors(publisher, door), clock, random);
    }

    @Bean
    ConfigurationMetrics configurationMetrics(SnapshotPublisher publisher) {
        return new ConfigurationMetrics(publisher);
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
