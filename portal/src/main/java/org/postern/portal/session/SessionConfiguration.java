package org.postern.portal.session;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.keys.KeyService;
import org.postern.portal.settings.PortalProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;

/// Sessions: Spring Session's filter, our own repository.
@Configuration(proxyBeanMethods = false)
@EnableSpringHttpSession
public class SessionConfiguration {

    @Bean
    RedisTemplate<String, byte[]> portalRedis(RedisConnectionFactory connections) {
        RedisTemplate<String, byte[]> redis = new RedisTemplate<>();
        redis.setConnectionFactory(connections);
        redis.setKeySerializer(RedisSerializer.string());
        redis.setValueSerializer(RedisSerializer.byteArray());
        return redis;
    }

    @Bean
    SealedSessionRepository sessionRepository(
            RedisTemplate<String, byte[]> portalRedis,
            PortalProperties properties,
            Clock clock,
            SecureRandom random) {
        return new SealedSessionRepository(portalRedis, properties.sessionIdle(), clock, random);
    }

    @Bean
    PortalCookies portalCookies(PortalProperties properties) {
        return new PortalCookies(properties.secureCookies());
    }

    @Bean
    CookieSerializer cookieSerializer(PortalCookies cookies) {
        DefaultCookieSerializer serializer = new DefaultCookieSerializer();
        serializer.setCookieName(cookies.name(ReaderSessions.COOKIE));
        serializer.setUseSecureCookie(cookies.secure());
        serializer.setUseHttpOnlyCookie(true);
        serializer.setSameSite("Lax");
        serializer.setCookiePath("/");
        serializer.setUseBase64Encoding(false);
        return serializer;
    }

    @Bean
    ReaderSessions readerSessions(
            KeyService keys,
            RedisTemplate<String, byte[]> portalRedis,
            PortalCookies cookies,
            Clock clock,
            SecureRandom random) {
        return new ReaderSessions(keys, portalRedis, cookies, clock, random);
    }

    @Bean
    FormTokens formTokens(PortalCookies cookies, SecureRandom random) {
        return new FormTokens(cookies, random);
    }
}
