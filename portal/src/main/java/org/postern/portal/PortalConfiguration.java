package org.postern.portal;

import org.postern.portal.frame.FrameConfiguration;
import org.postern.portal.language.LanguageConfiguration;
import org.postern.portal.notice.NoticePagesConfiguration;
import org.postern.portal.owner.OwnerConfiguration;
import org.postern.portal.reading.ReadingConfiguration;
import org.postern.portal.reply.ReplyConfiguration;
import org.postern.portal.session.SessionConfiguration;
import org.postern.portal.settings.PortalProperties;
import org.postern.portal.signin.SignInConfiguration;
import org.postern.portal.status.StatusConfiguration;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

/// The portal, whole. Its server brings a [org.postern.mail.door.Door], a
/// [org.postern.keys.KeyService], the [org.postern.db.store.MailDatabase], the verbs of
/// `notifications` and `mail`, the notice [org.postern.mail.board.Board], the state of the
/// [org.postern.portal.status.Components], a
/// [org.springframework.data.redis.connection.RedisConnectionFactory], a [java.time.Clock] and a
/// [java.security.SecureRandom]; and it sets `spring.servlet.multipart.enabled` to false, since
/// Spring's own parser writes files in clear.
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PortalProperties.class)
@Import({
    FrameConfiguration.class,
    SessionConfiguration.class,
    SignInConfiguration.class,
    LanguageConfiguration.class,
    NoticePagesConfiguration.class,
    ReadingConfiguration.class,
    ReplyConfiguration.class,
    OwnerConfiguration.class,
    StatusConfiguration.class,
    PortalSecurity.class
})
public class PortalConfiguration {}
