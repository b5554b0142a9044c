package org.postern.portal.signin;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.postern.keys.KeyService;
import org.postern.mail.board.Board;
import org.postern.mail.door.Door;
import org.postern.notifications.job.Jobs;
import org.postern.portal.language.FirstLanguage;
import org.postern.portal.session.PortalCookies;
import org.postern.portal.session.ReaderSessions;
import org.postern.portal.settings.PortalProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

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
    BrowserBinding browserBinding(PortalCookies cookies, SecureRandom random) {
        return new BrowserBinding(cookies, random);
    }

    @Bean
    Destination destination(PortalCookies cookies, MailDatabase database) {
        return new Destination(cookies, database.notices());
    }

    @Bean
    Entry entry(
            KeyService keys,
            ReaderSessions sessions,
            BrowserBinding bindings,
            PortalCookies cookies,
            Destination destination,
            FirstLanguage language) {
        return new Entry(
                keys, sessions, bindings, new RememberedDevice(cookies), destination, language);
    }

    @Bean
    SecondStepController secondStepController(
            KeyService keys, Entry entry, BrowserBinding bindings) {
        return new SecondStepController(keys, entry, bindings);
    }

    @Bean
    SignInController signInController(
            PortalProperties properties,
            Clock clock,
            SignInRequests requests,
            Entry entry,
            KeyService keys,
            ReaderSessions sessions,
            BrowserBinding bindings,
            Destination destination) {
        return new SignInController(
                new AskLimits(properties.signInMailsOfNetwork(), clock),
                requests,
                entry,
                keys,
                sessions,
                bindings,
                destination);
    }
}
