package org.postern.portal.signin;

import org.postern.db.store.MailDatabase;
import org.postern.keys.KeyService;
import org.postern.mail.board.Board;
import org.postern.mail.door.Door;
import org.postern.notifications.job.Jobs;
import org.postern.portal.language.FirstLanguage;
import org.postern.portal.session.PortalCookies;
import org.postern.portal.session.ReaderSessions;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

import java.security.SecureRandom;
import java.time.Clock;

/// Signing in.
@Configuration(proxyBeanMethods = false)
public class SignInConfiguration {

    @Bean
    SignInRequests signInRequests(
            Door door,
            MailDatabase database,
            Jobs jobs,
            Board board,
            StringRedisTemplate redis,
            Clock clock,
            SecureRandom random) {
        return new SignInRequests(
                door, database, jobs, board, new LaterRequests(redis), clock, random);
    }

    @Bean
    SignInController signInController(
            SignInRequests requests,
            KeyService keys,
            ReaderSessions sessions,
            PortalCookies cookies,
            FirstLanguage language,
            SecureRandom random) {
        return new SignInController(
                requests,
                keys,
                sessions,
                new BrowserBinding(cookies, random),
                new Destination(cookies),
                language);
    }
}
