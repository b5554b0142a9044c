package org.postern.portal.signin;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.postern.keys.KeyService;
import org.postern.mail.door.Door;
import org.postern.notifications.job.Jobs;
import org.postern.portal.session.PortalCookies;
import org.postern.portal.session.ReaderSessions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Signing in.
@Configuration(proxyBeanMethods = false)
public class SignInConfiguration {

    @Bean
    SignInController signInController(
            Door door,
            MailDatabase database,
            Jobs jobs,
            KeyService keys,
            ReaderSessions sessions,
            PortalCookies cookies,
            Clock clock,
            SecureRandom random) {
        return new SignInController(
                new SignInRequests(door, database, jobs, clock, random),
                keys,
                sessions,
                new BrowserBinding(cookies, random),
                new Destination(cookies));
    }
}
