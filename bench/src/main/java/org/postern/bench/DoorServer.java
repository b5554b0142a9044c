package org.postern.bench;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
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
import org.postern.intake.DoorKeys;
import org.postern.intake.Intake;
import org.postern.intake.IntakeProperties;
import org.postern.intake.IntakeProperties.Limits;
import org.postern.intake.IntakeProperties.NextHopPatience;
import org.postern.intake.IntakeProperties.Patience;
import org.postern.mail.door.Door;
import org.postern.mail.door.Snapshot;
import org.postern.mail.spool.Spool;

/// The SMTP door alone in a process of its own, with a real spool and nothing behind it: what it
/// does up to `250`, and no more.
final class DoorServer {

    static final String SENDER_DOMAIN = "example.com";
    static final String READY = "door open: ";

    private DoorServer() {}

    /// Takes mail from loopback into `folder` until its standard input ends.
    ///
    /// @param atOnce messages that it takes at once
    static int run(Path folder, int atOnce, InputStream stdin, PrintStream out) throws Exception {
        Clock clock = Clock.systemUTC();
        SecureRandom random = new SecureRandom();
        Door door = Door.open(Files.createDirectories(folder.resolve("door")), clock, random);
        stand(door, clock, random);
        Spool spool =
                new Spool(
                        Files.createDirectories(folder.resolve("spool")),
                        door,
                        clock,
                        random,
                        Steps.UNWATCHED,
                        0);
        SSLContext tls = tls(folder.resolve(TestKey.PKCS12));
        IntakeProperties properties =
                new IntakeProperties(
                        InetAddress.ofLiteral("127.0.0.1"),
                        0,
                        0,
                        "localhost",
                        List.of(),
                        manyConnections(atOnce),
                        Patience.DEFAULT,
                        NextHopPatience.DEFAULT);
        try (Intake intake =
                new Intake(
                        properties,
                        door,
                        spool,
                        () -> Optional.of(tls),
                        tls.getSocketFactory(),
                        clock)) {
            intake.start();
            out.println(READY + intake.smtpPort());
            out.flush();
            while (stdin.read() >= 0) {
                // until whoever started us has gone
            }
        }
        return 0;
    }

    private static Limits manyConnections(int atOnce) {
        Limits usual = Limits.DEFAULT;
        return new Limits(
                usual.maxMessageBytes(),
                usual.maxHeaderBytes(),
                usual.maxHeaderFields(),
                usual.maxReceived(),
                usual.maxRecipients(),
                20_000,
                20_000,
                atOnce,
                usual.errorLimit(),
                usual.junkLimit());
    }

    private static void stand(Door door, Clock clock, SecureRandom random) throws Exception {
        SigningKey authority = SigningKey.generate(random);
        SpoolKeyPair spoolKey = SpoolKeyPair.generate(1, random);
        Instant now = clock.instant();
        Instant until = now.plus(Duration.ofDays(1));
        Tenant tenant =
                new Tenant(
                        new TenantId(new UUID(0, 1)),
                        "Bench",
                        "localhost",
                        Optional.empty(),
                        List.of(SENDER_DOMAIN),
                        List.of(
                                Tenant.Connector.of(
                                        new ConnectorId(new UUID(0, 2)),
                                        "bench",
                                        List.of("127.0.0.0/8"))),
                        MailRules.DEFAULT);
        byte[] document =
                new Snapshot(
                                1,
                                now,
                                until,
                                spoolKey.id(),
                                Base64.getEncoder().encodeToString(spoolKey.publicKey().toBytes()),
                                false,
                                List.of(tenant))
                        .encode();
        door.update(
                Succession.of(authority.publicKey()),
                InstanceCertificate.issue(
                        authority, door.instance(), door.instancePublicKey(), now, until),
                new SignedSnapshot(1, document, authority.sign(Door.SNAPSHOT_PURPOSE, document)));
    }

    private static SSLContext tls(Path pkcs12) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(pkcs12)) {
            keys.load(in, TestKey.PASSWORD.toCharArray());
        }
        KeyManagerFactory managers =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, TestKey.PASSWORD.toCharArray());
        return DoorKeys.context(managers.getKeyManagers());
    }
}
