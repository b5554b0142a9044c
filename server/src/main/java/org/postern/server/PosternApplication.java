package org.postern.server;

import java.util.HashMap;
import java.util.Map;
import org.postern.db.Steps;
import org.postern.portal.PortalConfiguration;
import org.postern.server.embedded.StartRefusedException;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.context.support.GenericApplicationContext;

/// The application: every part that a role needs, listed here and nowhere else.
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({
    StorageConfiguration.class,
    KeysConfiguration.class,
    MailConfiguration.class,
    NotificationsConfiguration.class,
    IntakeConfiguration.class,
    PortalConfiguration.class,
    ManagementConfiguration.class
})
class PosternApplication {

    /// Starts it on these parts.
    static ConfigurableApplicationContext start(HouseParts parts, Steps steps)
            throws StartRefusedException {
        SpringApplication application = new SpringApplication(PosternApplication.class);
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
        properties.put("server.port", parts.options().httpPort());
        properties.put("management.server.address", address);
        properties.put("management.server.port", parts.options().managementPort());
        properties.put("spring.data.redis.host", parts.redis().host());
        properties.put("spring.data.redis.port", parts.redis().port());
        properties.put("spring.data.redis.username", parts.redis().user());
        properties.put("spring.data.redis.password", parts.redis().password());
        properties.put("postern.portal.secure-cookies", parts.options().trustedProxy().isPresent());
        return properties;
    }
}
