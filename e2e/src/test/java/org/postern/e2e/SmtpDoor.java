package org.postern.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.Succession;
import org.postern.db.ConnectorId;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.store.MailRules;
import org.postern.db.store.SignedSnapshot;
import org.postern.db.store.Tenant;
import org.postern.intake.Intake;
import org.postern.intake.IntakeProperties;
import org.postern.mail.door.Door;
import org.postern.mail.door.Snapshot;
import org.postern.mail.spool.Spool;

/// The SMTP door alone, in this process, as a smarthost: for what no option of the command line
/// sets.
final class SmtpDoor implements AutoCloseable {

    private final Path spoolFolder;
    private final Spool spool;
    private final Intake intake;
    private final SSLContext trusting;

    /// @param certificate the door's, and of whatever next hop is trusted
    SmtpDoor(
            Path folder,
            ServerCertificate certificate,
            Tenant.NextHop hop,
            IntakeProperties.NextHopPatience patience)
            throws Exception {
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        Door door = Door.open(Files.createDirectories(folder.resolve("door")), clock, random);
        stand(door, hop, clock.instant(), random);
        this.spoolFolder = Files.createDirectories(folder.resolve("spool"));
        this.spool = new Spool(spoolFolder, door, clock, random, Steps.UNWATCHED, 0);
        this.trusting = trusting(certificate.trustStore());
        IntakeProperties usual = IntakeProperties.defaults("localhost");
        this.intake =
                new Intake(
                        new IntakeProperties(
                                usual.bindAddress(),
                                0,
                                0,
                                usual.hostName(),
                                usual.proxies(),
                                usual.limits(),
                                usual.patience(),
                                patience),
                        door,
                        spool,
                        () -> Optional.of(certificate.context()),
                        trusting.getSocketFactory(),
                        clock);
        intake.start();
    }

    private static SSLContext trusting(Path file) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            trusted.load(in, ServerCertificate.PASSWORD.toCharArray());
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static void stand(Door door, Tenant.NextHop hop, Instant now, SecureRandom random)
            throws Exception {
        Tenant tenant =
                new Tenant(
                        new TenantId(new UUID(0, 1)),
                        "Example Clinic",
                        "localhost",
                        Optional.empty(),
                        List.of("example.com"),
                        List.of(
                                Tenant.Connector.of(
                                                new ConnectorId(new UUID(0, 2)),
                                                "smarthost",
                                                List.of("127.0.0.0/8"))
                                        .withNextHop(hop)),
                        MailRules.DEFAULT);
        SigningKey authority = SigningKey.generate(random);
        SpoolKeyPair spoolKey = SpoolKeyPair.generate(1, random);
        Instant until = now.plus(Duration.ofDays(1));
        String publicKey = Base64.getEncoder().encodeToString(spoolKey.publicKey().toBytes());
        byte[] document =
                new Snapshot(1, now, until, spoolKey.id(), publicKey, false, List.of(tenant))
                        .encode();
        door.update(
                Succession.of(authority.publicKey()),
                InstanceCertificate.issue(
                        authority, door.instance(), door.instancePublicKey(), now, until),
                new SignedSnapshot(1, document, authority.sign(Door.SNAPSHOT_PURPOSE, document)));
    }

    SmtpSession client() throws IOException {
        return SmtpSession.open(
                new Socket(InetAddress.getLoopbackAddress(), intake.smtpPort()), trusting);
    }

    /// How many messages were accepted.
    int accepted() {
        return spool.waiting();
    }

    /// How many files there are of messages, accepted or not.
    long files() throws IOException {
        try (Stream<Path> files = Files.list(spoolFolder)) {
            return files.count();
        }
    }

    @Override
    public void close() {
        intake.close();
    }
}
