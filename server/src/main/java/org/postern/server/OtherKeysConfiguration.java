package org.postern.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.remote.Identity;
import org.postern.keys.remote.KeysConnection;
import org.postern.server.embedded.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Keys that another process has.
@Configuration(proxyBeanMethods = false)
class OtherKeysConfiguration {

    private static final Logger log = LoggerFactory.getLogger(OtherKeysConfiguration.class);
    private static final Duration ENDS_SOON = Duration.ofDays(30);

    @Bean
    Identity keysIdentity(HouseParts parts, Clock clock) throws StartRefusedException {
        Path file = parts.options().roles().keysIdentity().orElseThrow();
        Identity identity;
        try {
            identity = Identity.read(file);
        } catch (IOException e) {
            throw new StartRefusedException(
                    "--keys-identity is not what keys invite made: " + file + ".", e);
        }
        if (!identity.roles().containsAll(parts.options().roles().roles())) {
            throw new StartRefusedException(
                    "--keys-identity is of a process with other roles than --roles says: invite"
                            + " this one anew.");
        }
        if (identity.endsAt().isBefore(clock.instant().plus(ENDS_SOON))) {
            log.warn(
                    "the certificate for the keys ends soon, invite this process anew: ends={}",
                    identity.endsAt());
        }
        return identity;
    }

    @Bean(destroyMethod = "close")
    KeysConnection keysConnection(HouseParts parts, Identity identity) {
        return KeysConnection.to(parts.options().roles().keysUrl().orElseThrow(), identity);
    }

    @Bean
    KeyService keyService(KeysConnection keys) {
        return keys.service();
    }

    @Bean
    Authority authority(KeysConnection keys) {
        return keys.authority();
    }
}
