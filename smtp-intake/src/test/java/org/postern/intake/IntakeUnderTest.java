package org.postern.intake;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.Succession;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.ConnectorId;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.store.MailRules;
import org.postern.db.store.SignedSnapshot;
import org.postern.db.store.Tenant;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.intake.IntakeProperties.NextHopPatience;
import org.postern.intake.IntakeProperties.Patience;
import org.postern.mail.door.Door;
import org.postern.mail.door.Snapshot;
import org.postern.mail.spool.Spool;

/// A whole intake on free ports: real sockets, real TLS, a real spool, and an authority that signs
/// its snapshot.
final class IntakeUnderTest implements AutoCloseable {

    static final String SUFFIX = "encrypt.example.net";
    static final TenantId CLINIC =
            new TenantId(UUID.fromString("00000000-0000-7000-8000-000000000001"));
    static final ConnectorId GATEWAY =
            new ConnectorId(UUID.fromString("00000000-0000-7000-8000-000000000002"));

    private final SpoolKeyPair spoolKey;
    private final SpoolReader spoolReader;
    private final Door door;
    private final Spool spool;
    private final Intake intake;

    /// What a test may want otherwise.
    static final class Setup {
        Limits limits = Limits.DEFAULT;
        List<String> proxies = List.of();
        boolean textMessages;
        Patience patience =
                new Patience(
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(20),
                        500,
                        Duration.ofSeconds(20),
                        Duration.ofMillis(10));
        NextHopPatience nextHopPatience = NextHopPatience.DEFAULT;
        List<Tenant> tenants = List.of(clinic(false));
        Steps steps = Steps.UNWATCHED;
        Clock clock = Clock.systemUTC();
        Duration snapshotAge = Duration.ZERO;
        boolean standing = true;
        Witnesses witnesses = Witnesses.standard(Clock.systemUTC(), new SecureRandom());
        long floorBytes = 0;
        Supplier<Optional<SSLContext>> tls = new Fixed(TestCertificate.server());
    }

    private record Fixed(SSLContext context) implements Supplier<Optional<SSLContext>> {
        @Override
        public Optional<SSLContext> get() {
            return Optional.of(context);
        }
    }

    static Tenant clinic(boolean envelopeSenderOnly) {
        return tenant(CLINIC, GATEWAY, "example.com", envelopeSenderOnly, "127.0.0.0/8");
    }

    static Tenant tenant(
            TenantId id,
            ConnectorId connector,
            String domain,
            boolean envelopeSenderOnly,
            String... ranges) {
        return new Tenant(
                id,
                "Example Clinic",
                "localhost",
                Optional.of(SUFFIX),
                List.of(domain),
                List.of(
                        Tenant.Connector.of(connector, "gateway", List.of(ranges))
                                .withEnvelopeSenderOnly(envelopeSenderOnly)),
                MailRules.DEFAULT);
    }

    static Tenant clinic(Tenant.Connector... connectors) {
        return new Tenant(
                CLINIC,
                "Example Clinic",
                "localhost",
                Optional.of(SUFFIX),
                List.of("example.com", "ward.example.com"),
                List.of(connectors),
                MailRules.DEFAULT);
    }

    IntakeUnderTest(Path folder) {
        this(folder, new Setup());
    }

    IntakeUnderTest(Path folder, Setup setup) {
        try {
            SecureRandom random = new SecureRandom();
            Path doorFolder = Files.createDirectories(folder.resolve("door"));
            Path spoolFolder = Files.createDirectories(folder.resolve("spool"));
            this.door = Door.open(doorFolder, setup.clock, random);
            this.spoolKey = SpoolKeyPair.generate(1, random);
            this.spoolReader = new SpoolReader(spoolFolder, spoolKey);
            if (setup.standing) {
                stand(setup, random);
            }
            this.spool =
                    new Spool(
                            spoolFolder, door, setup.clock, random, setup.steps, setup.floorBytes);
            IntakeProperties properties =
                    new IntakeProperties(
                            InetAddress.ofLiteral("127.0.0.1"),
                            0,
                            0,
                            "mx.example.net",
                            setup.proxies,
                            setup.limits,
                            setup.patience,
                            setup.nextHopPatience);
            this.intake =
                    new Intake(
                            properties,
                            door,
                            spool,
                            setup.tls,
                            TestCertificate.client().getSocketFactory(),
                            setup.witnesses,
                            setup.clock);
            intake.start();
        } catch (IOException | OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void stand(Setup setup, SecureRandom random)
            throws IOException, OpeningFailedException {
        SigningKey authority = SigningKey.generate(random);
        Instant issued = setup.clock.instant().minus(setup.snapshotAge);
        Instant until = issued.plus(Duration.ofDays(14));
        byte[] document =
                new Snapshot(
                                1,
                                issued,
                                until,
                                spoolKey.id(),
                                Base64.getEncoder().encodeToString(spoolKey.publicKey().toBytes()),
                                setup.textMessages,
                                setup.tenants)
                        .encode();
        door.update(
                Succession.of(authority.publicKey()),
                InstanceCertificate.issue(
                        authority, door.instance(), door.instancePublicKey(), issued, until),
                new SignedSnapshot(1, document, authority.sign(Door.SNAPSHOT_PURPOSE, document)));
    }

    Intake intake() {
        return intake;
    }

    int smtpPort() {
        return intake.smtpPort();
    }

    int smtpsPort() {
        return intake.smtpsPort();
    }

    Door door() {
        return door;
    }

    Spool spoolItself() {
        return spool;
    }

    /// Both halves: no intake has the private one.
    SpoolKeyPair spoolKey() {
        return spoolKey;
    }

    SpoolReader spool() {
        return spoolReader;
    }

    SmtpClient client() throws IOException {
        return SmtpClient.overTls(smtpsPort());
    }

    @Override
    public void close() {
        intake.close();
    }
}
