package org.postern.portal.frame;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Locale;
import org.postern.keys.KeyService;
import org.postern.mail.board.Board;
import org.postern.portal.session.ReaderSessions;
import org.postern.portal.settings.PortalProperties;
import org.springframework.context.MessageSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.support.ResourceBundleMessageSource;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.HttpSessionIdResolver;
import org.springframework.web.servlet.LocaleResolver;
import org.springframework.web.servlet.i18n.FixedLocaleResolver;

/// The frame of all pages.
@Configuration(proxyBeanMethods = false)
public class FrameConfiguration {

    /// The words of all pages.
    @Bean
    MessageSource messageSource() {
        ResourceBundleMessageSource words = new ResourceBundleMessageSource();
        words.setBasename("org/postern/portal/words/portal");
        words.setDefaultEncoding(UTF_8.name());
        words.setFallbackToSystemLocale(false);
        return words;
    }

    /// The words are English for now, so the dates are too.
    @Bean
    LocaleResolver localeResolver() {
        return new FixedLocaleResolver(Locale.ENGLISH);
    }

    @Bean
    HttpSessionIdResolver sessionIds(CookieSerializer cookies) {
        return new SessionIds(cookies);
    }

    @Bean
    Assets assets() {
        return new Assets();
    }

    @Bean
    AssetController assetController(Assets assets) {
        return new AssetController(assets);
    }

    @Bean
    CspNonce cspNonce(SecureRandom random) {
        return new CspNonce(random);
    }

    @Bean
    PortalHeaders portalHeaders(CspNonce nonce) {
        return new PortalHeaders(nonce);
    }

    @Bean
    Frames frames(
            Assets assets,
            CspNonce nonce,
            KeyService keys,
            Board board,
            PortalProperties properties,
            Clock clock) {
        return new Frames(assets, nonce, keys, board, properties, clock);
    }

    @Bean
    FrameAdvice frameAdvice(Frames frames) {
        return new FrameAdvice(frames);
    }

    @Bean
    ProblemAdvice problemAdvice(Frames frames, ReaderSessions sessions) {
        return new ProblemAdvice(frames, sessions);
    }

    @Bean
    ErrorPages errorPages(Frames frames, Clock clock) {
        return new ErrorPages(frames, clock);
    }
}
