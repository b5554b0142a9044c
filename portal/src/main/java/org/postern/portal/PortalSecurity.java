package org.postern.portal;

import jakarta.servlet.DispatcherType;
import org.postern.mail.board.Board;
import org.postern.mail.door.Door;
import org.postern.portal.frame.AllowedMethodFilter;
import org.postern.portal.frame.AssetController;
import org.postern.portal.frame.OutageFilter;
import org.postern.portal.frame.PortalHeaders;
import org.postern.portal.frame.RefusedFormHandler;
import org.postern.portal.frame.SameSiteFilter;
import org.postern.portal.frame.SignInEntryPoint;
import org.postern.portal.host.TenantFilter;
import org.postern.portal.notice.GenuineController;
import org.postern.portal.notice.NumberController;
import org.postern.portal.reply.StreamedFormFilter;
import org.postern.portal.session.FormTokens;
import org.postern.portal.session.ReaderSessions;
import org.postern.portal.status.MaintenanceFilter;
import org.postern.portal.status.StatusController;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.EnableWebSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.header.HeaderWriterFilter;

/// What every request passes before it reaches a page, in this order.
@Configuration(proxyBeanMethods = false)
@EnableWebSecurity
class PortalSecurity {

    /// After chains that a server puts before it, such as one for its management port.
    static final int ORDER = 100;

    /// Everybody may see these; everything else is a signed-in reader's.
    private static final String[] FOR_EVERYBODY = {
        "/",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/second",
        "/sign-in/passkey",
        "/sign-in/passkey/challenge",
        "/signin",
        "/signin/*",
        "/signed-out",
        "/help",
        NumberController.PATH,
        NumberController.LINK,
        GenuineController.PATH,
        StatusController.PATH,
        StatusController.FEED,
        AssetController.PATH + "**"
    };

    /// Nobody here has a password; without this, Spring Boot would make one up.
    @Bean
    UserDetailsService noPasswords() {
        return _ -> {
            throw new UsernameNotFoundException("nobody here has a password");
        };
    }

    @Bean
    @Order(ORDER)
    SecurityFilterChain portalChain(
            HttpSecurity http,
            Door door,
            Board board,
            ReaderSessions sessions,
            FormTokens formTokens,
            PortalHeaders headers)
            throws Exception {
        return http.headers(each -> each.defaultsDisabled().addHeaderWriter(headers))
                .addFilterAfter(new OutageFilter(), HeaderWriterFilter.class)
                .addFilterAfter(new AllowedMethodFilter(), OutageFilter.class)
                .addFilterAfter(
                        new TenantFilter(door, AssetController.PATH), AllowedMethodFilter.class)
                .addFilterAfter(new SameSiteFilter(), TenantFilter.class)
                .addFilterAfter(new StreamedFormFilter(), SameSiteFilter.class)
                .addFilterAfter(
                        new MaintenanceFilter(board, AssetController.PATH), CsrfFilter.class)
                .csrf(csrf -> csrf.csrfTokenRepository(formTokens))
                .securityContext(context -> context.securityContextRepository(sessions))
                .authorizeHttpRequests(requests ->
                        requests.dispatcherTypeMatchers(DispatcherType.ERROR)
                                .permitAll()
                                .requestMatchers(FOR_EVERYBODY)
                                .permitAll()
                                .anyRequest()
                                .authenticated())
                .exceptionHandling(refusal ->
                        refusal.authenticationEntryPoint(new SignInEntryPoint(sessions))
                                .accessDeniedHandler(new RefusedFormHandler(sessions)))
                // Signing in and out are the sign-in pages' own work, and so is the way back.
                .sessionManagement(
                        session -> session.sessionCreationPolicy(SessionCreationPolicy.NEVER))
                .requestCache(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .build();
    }
}
