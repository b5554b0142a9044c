package org.postern.portal.signin;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.store.SignInRequestStore;
import org.postern.keys.KeyService;
import org.postern.mail.door.Door;
import org.postern.notifications.job.Jobs;
import org.postern.portal.session.PortalCookies;
import org.postern.portal.session.ReaderSessions;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.transaction.support.TransactionOperations;

/// Signing in.
@Configuration(proxyBeanMethods = false)
public class SignInConfiguration {

    @Bean
    SignInController signInController(
            Door door,
            SignInRequestStore requests,
            Jobs jobs,
            @Qualifier("mailTransaction") TransactionOperations mailTransaction,
            KeyService keys,
            ReaderSessions sessions,
            PortalCookies cookies,
            Clock clock,
            SecureRandom random) {
        return new SignInController(
                new SignInRequests(door, requests, jobs, mailTransaction, clock, random),
                keys,
                sessions,
                new BrowserBinding(cookies, random),
                new Destination(cookies));
    }
}
