package org.postern.server;

import java.time.Clock;
import javax.net.ssl.SSLSocketFactory;
import org.postern.intake.Intake;
import org.postern.intake.IntakeProperties;
import org.postern.mail.door.Door;
import org.postern.mail.spool.Spool;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `intake`: the SMTP door.
@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    @Bean(destroyMethod = "close")
    Intake intake(HouseParts parts, Door door, Spool spool, Clock clock) {
        IntakeProperties properties =
                new IntakeProperties(
                        parts.options().bind(),
                        parts.options().smtpPort(),
                        parts.options().smtpsPort(),
                        parts.options().smtpName(),
                        parts.options().smtpProxies(),
                        IntakeProperties.Limits.DEFAULT,
                        IntakeProperties.Patience.DEFAULT);
        return new Intake(
                properties,
                door,
                spool,
                parts.tls(),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                clock);
    }

    /// The part `smtpDoor` of readiness.
    @Bean
    DoorCheck smtpDoorHealthIndicator(Intake intake, HouseParts parts, Clock clock) {
        return new DoorCheck(intake, parts.tls(), parts.options().certificateName(), clock);
    }

    @Bean
    DoorMetrics doorMetrics(Intake intake, HouseParts parts, Clock clock) {
        return new DoorMetrics(intake, parts.tls(), clock);
    }
}
