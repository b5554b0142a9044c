package org.postern.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.X509TrustManager;
import org.postern.intake.Intake;
import org.postern.intake.IntakeProperties;
import org.postern.intake.Witnesses;
import org.postern.intake.dns.Dns;
import org.postern.intake.dns.DnsProperties;
import org.postern.mail.door.Door;
import org.postern.mail.spool.Spool;
import org.postern.server.embedded.StartRefusedException;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `intake`: the SMTP door.
@Configuration(proxyBeanMethods = false)
class IntakeConfiguration {

    private static final int DNS_PORT = 53;

    @Bean(destroyMethod = "close")
    Intake intake(HouseParts parts, Door door, Spool spool, Clock clock, SecureRandom random)
            throws StartRefusedException {
        IntakeProperties properties =
                new IntakeProperties(
                        parts.options().bind(),
                        parts.options().smtpPort(),
                        parts.options().smtpsPort(),
                        parts.options().smtpName(),
                        parts.options().smtpProxies(),
                        IntakeProperties.Limits.DEFAULT,
                        IntakeProperties.Patience.DEFAULT,
                        IntakeProperties.NextHopPatience.DEFAULT);
        return new Intake(
                properties,
                door,
                spool,
                parts.tls(),
                (SSLSocketFactory) SSLSocketFactory.getDefault(),
                new Witnesses(
                        authorities(parts.options().clientAuthorities()),
                        new Dns(dns(parts.options().dnsServers()), clock, random)),
                clock);
    }

    private static DnsProperties dns(List<InetAddress> servers) {
        return DnsProperties.DEFAULT.withServers(
                servers.stream().map(each -> new InetSocketAddress(each, DNS_PORT)).toList());
    }

    private static X509TrustManager authorities(Optional<Path> file) throws StartRefusedException {
        if (file.isEmpty()) {
            return Witnesses.authorities(null);
        }
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            List<X509Certificate> found = PemContent.load(file.get()).getCertificates();
            if (found == null || found.isEmpty()) {
                throw new IOException("there is no certificate in it");
            }
            for (X509Certificate each : found) {
                store.setCertificateEntry("authority-" + store.size(), each);
            }
            return Witnesses.authorities(store);
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new StartRefusedException(
                    "--client-authorities cannot be used: "
                            + file.get()
                            + ": "
                            + e.getMessage()
                            + ".",
                    e);
        }
    }

    /// The part `smtpDoor` of readiness.
    @Bean
    DoorCheck smtpDoorHealthIndicator(Intake intake, HouseParts parts, Clock clock) {
        return new DoorCheck(intake, parts.tls(), parts.options().certificateName(), clock);
    }

    @Bean
    DoorMetrics doorMetrics(Intake intake, Door door, HouseParts parts, Clock clock) {
        return new DoorMetrics(intake, door, parts.tls(), clock);
    }
}
