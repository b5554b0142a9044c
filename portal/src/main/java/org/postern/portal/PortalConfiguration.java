package org.postern.portal;

import org.postern.portal.frame.FrameConfiguration;
import org.postern.portal.session.SessionConfiguration;
import org.postern.portal.settings.PortalProperties;
import org.postern.portal.signin.SignInConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The portal, whole. Its server brings a [org.postern.mail.door.Door], a
/// [org.postern.keys.KeyService], the stores and verbs of `db`, `notifications` and `mail`, the mail
/// database's `TransactionOperations` under the name `mailTransaction`, a
/// [org.springframework.data.redis.connection.RedisConnectionFactory], a [java.time.Clock] and a
/// [java.security.SecureRandom]; and it sets `spring.servlet.multipart.enabled` to false, since
/// Spring's own parser writes files in clear.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PortalProperties.class)
@Import({
    FrameConfiguration.class,
    SessionConfiguration.class,
    SignInConfiguration.class,
    PortalSecurity.class
})
public class PortalConfiguration {}
