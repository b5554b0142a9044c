package org.postern.server;

import java.util.HashMap;
import java.util.Map;
import org.postern.db.Steps;
import org.postern.keys.Role;
import org.postern.server.embedded.StartRefusedException;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/// The application: [RoleParts] lists what it is put together from.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
class PosternApplication {

    /// Starts it on these parts.
    static ConfigurableApplicationContext start(HouseParts parts, Steps steps)
            throws StartRefusedException {
        SpringApplication application =
                new SpringApplication(
                        RoleParts.of(parts.options().roles()).toArray(Class<?>[]::new));
        application.setBannerMode(Banner.Mode.OFF);
        application.setRegisterShutdownHook(false); // the house stops it, then the servers under it
        application.setLogStartupInfo(false);
        application.setDefaultProperties(properties(parts));
        application.addInitializers(context -> {
            GenericApplicationContext beans = (GenericApplicationContext) context;
            beans.registerBean(HouseParts.class, () -> parts);
            beans.registerBean(Steps.class, () -> steps);
        });
        try {
            return application.run();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof StartRefusedException refused) {
                    throw refused; // a part said in a sentence what is wrong
                }
            }
            throw new StartRefusedException(
                    "Postern could not be put together; the log above says where it stopped.", e);
        }
    }

    private static Map<String, Object> properties(HouseParts parts) {
        Map<String, Object> properties = new HashMap<>();
        String address = parts.options().bind().getHostAddress();
        properties.put("server.address", address);
        if (parts.has(Role.PORTAL)) {
            properties.put("server.port", parts.options().httpPort());
            properties.put("management.server.address", address);
            properties.put("management.server.port", parts.options().managementPort());
        } else {
            properties.put("server.port", parts.options().managementPort());
        }
        parts.redis()
                .ifPresent(redis -> {
                    properties.put("spring.data.redis.host", redis.host());
                    properties.put("spring.data.redis.port", redis.port());
                    properties.put("spring.data.redis.username", redis.user());
                    properties.put("spring.data.redis.password", redis.password());
                });
        properties.put("management.endpoint.health.group.readiness.include", readiness(parts));
        properties.put("postern.portal.secure-cookies", parts.options().trustedProxy().isPresent());
        properties.put(
                "postern.portal.sign-in-mails-of-network", parts.options().signInMailsOfNetwork());
        return properties;
    }

    /// Where mail is taken no database counts: it is taken without.
    private static String readiness(HouseParts parts) {
        if (parts.has(Role.INTAKE)) {
            return "readinessState, smtpDoor";
        }
        return parts.has(Role.KEYS) ? "readinessState, keyLedger" : "readinessState";
    }
}
