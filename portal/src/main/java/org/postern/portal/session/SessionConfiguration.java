package org.postern.portal.session;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.postern.keys.KeyService;
import org.postern.portal.frame.AssetController;
import org.postern.portal.frame.Frames;
import org.postern.portal.frame.OutageFilter;
import org.postern.portal.settings.PortalProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.core.RedisTemplate;
import org.springframework.data.redis.serializer.RedisSerializer;
import org.springframework.session.config.annotation.web.http.EnableSpringHttpSession;
import org.springframework.session.web.http.CookieHttpSessionIdResolver;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.session.web.http.HttpSessionIdResolver;

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

    /// Spring fetches the session at every request whose cookie names one, for a template or an
    /// event if nothing else. The status page, what pages are made of, and the page of an outage
    /// are there while Redis is away: to them no cookie names anything.
    @Bean
    HttpSessionIdResolver sessionIds(CookieSerializer serializer) {
        CookieHttpSessionIdResolver cookies = new CookieHttpSessionIdResolver();
        cookies.setCookieSerializer(serializer);
        return new HttpSessionIdResolver() {
            @Override
            public List<String> resolveSessionIds(HttpServletRequest request) {
                return isWithoutSession(request) ? List.of() : cookies.resolveSessionIds(request);
            }

            @Override
            public void setSessionId(
                    HttpServletRequest request, HttpServletResponse response, String id) {
                cookies.setSessionId(request, response, id);
            }

            @Override
            public void expireSession(HttpServletRequest request, HttpServletResponse response) {
                cookies.expireSession(request, response);
            }
        };
    }

    private static boolean isWithoutSession(HttpServletRequest request) {
        String path =
                request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String failed
                        ? failed
                        : request.getRequestURI();
        return OutageFilter.hasMetOutage(request)
                || path.startsWith(AssetController.PATH)
                || path.startsWith(Frames.STATUS);
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
