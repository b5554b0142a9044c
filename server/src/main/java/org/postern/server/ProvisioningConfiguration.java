package org.postern.server;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.SnapshotPublisher;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `worker` for administrators: organisations, domains, connectors.
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
}
