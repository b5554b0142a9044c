package org.postern.portal.owner;

import java.time.Clock;
import org.postern.keys.KeyService;
import org.postern.portal.settings.PortalProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The settings of whoever is signed in.
@Configuration(proxyBeanMethods = false)
public class OwnerConfiguration {

    @Bean
    AccessController accessController(KeyService keys, PortalProperties properties, Clock clock) {
        return new AccessController(
                keys.signInSettings(),
                new AccessPage(
                        keys.signInSettings(), new LiveSessions(properties.sessionIdle(), clock)));
    }

    @Bean
    PasskeyController passkeyController(KeyService keys) {
        return new PasskeyController(keys.signInSettings());
    }

    @Bean
    AuthenticatorController authenticatorController(KeyService keys) {
        return new AuthenticatorController(keys.signInSettings());
    }
}
