package org.postern.server.embedded;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.postern.intake.DoorKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A certificate for this machine alone (`localhost`, 127.0.0.1, ::1), so that SMTP speaks TLS from
/// the first start. It is made once, with the JDK's `keytool`, and renewed a month before it ends.
///
/// `DATA/tls/certificate.p12` holds key and certificate, `DATA/tls/password` opens it, and
/// `DATA/tls/certificate.pem` is what a client that wants to verify us is given.
public final class SelfSignedCertificate {

    private static final Logger log = LoggerFactory.getLogger(SelfSignedCertificate.class);

    private static final String ALIAS = "postern";
    private static final int VALID_DAYS = 397;
    private static final Duration RENEWED_BEFORE_END = Duration.ofDays(30);
    private static final Duration KEYTOOL_LIMIT = Duration.ofSeconds(30);

    private final Path folder;
    private final String password;
    private final KeyStore keyStore;
    private final X509Certificate certificate;

    private SelfSignedCertificate(
            Path folder, String password, KeyStore keyStore, X509Certificate certificate) {
        this.folder = folder;
        this.password = password;
        this.keyStore = keyStore;
        this.certificate = certificate;
    }

    /// The certificate in `folder`; a new one when there is none or it ends within a month.
    public static SelfSignedCertificate obtain(DataFolder folder, Clock clock, SecureRandom random)
            throws StartRefusedException {
        Path tls = folder.tls();
        try {
            String password = SecretFile.readOrCreate(tls.resolve("password"), random);
            Optional<SelfSignedCertificate> kept = read(tls, password);
            if (kept.isPresent() && kept.get().isValid(clock)) {
                return kept.get();
            }
            make(tls, folder.logs());
            SelfSignedCertificate made =
                    read(tls, password)
                            .orElseThrow(() -> new IOException("keytool wrote no certificate"));
            log.info("made a certificate for localhost: ends={}", made.certificate.getNotAfter());
            return made;
        } catch (IOException | GeneralSecurityException e) {
            throw new StartRefusedException(
                    "the certificate in "
                            + tls
                            + " can be neither used nor made anew. Delete that folder and try"
                            + " again.",
                    e);
        }
    }

    private static Optional<SelfSignedCertificate> read(Path tls, String password)
            throws IOException, GeneralSecurityException {
        Path file = tls.resolve("certificate.p12");
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var keyStore = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(file)) {
            keyStore.load(bytes, password.toCharArray());
        }
        if (!(keyStore.getCertificate(ALIAS) instanceof X509Certificate certificate)) {
            return Optional.empty();
        }
        Files.writeString(tls.resolve("certificate.pem"), pem(certificate), US_ASCII);
        return Optional.of(new SelfSignedCertificate(tls, password, keyStore, certificate));
    }

    private boolean isValid(Clock clock) {
        return certificate
                .getNotAfter()
                .toInstant()
                .isAfter(clock.instant().plus(RENEWED_BEFORE_END));
    }

    private static void make(Path tls, Path logs) throws IOException, StartRefusedException {
        Path made = tls.resolve("certificate.new");
        Files.deleteIfExists(made);
        Path keytoolLog = logs.resolve("keytool.log");
        int status =
                Program.run(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                // a small tool that lives for a second
                                "-J-XX:TieredStopAtLevel=1",
                                "-J-XX:+UseSerialGC",
                                "-genkeypair",
                                "-alias",
                                ALIAS,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-sigalg",
                                "SHA256withECDSA",
                                "-validity",
                                Integer.toString(VALID_DAYS),
                                "-dname",
                                "CN=localhost, O=Postern (self-signed)",
                                "-ext",
                                "san=dns:localhost,ip:127.0.0.1,ip:::1",
                                "-ext",
                                "ku:c=digitalSignature",
                                "-ext",
                                "eku=serverAuth",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                made.toString(),
                                // from a file: a command line can be read by everybody on the
                                // machine
                                "-storepass:file",
                                tls.resolve("password").toString()),
                        keytoolLog,
                        KEYTOOL_LIMIT);
        if (status != 0) {
            throw new IOException("keytool: " + Program.lastLine(keytoolLog));
        }
        Files.setPosixFilePermissions(made, PosixFilePermissions.fromString("rw-------"));
        Files.move(made, tls.resolve("certificate.p12"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static String pem(X509Certificate certificate) throws GeneralSecurityException {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'})
                        .encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    /// What a server presents.
    public SSLContext serverContext() throws GeneralSecurityException {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(keyStore, password.toCharArray());
        return DoorKeys.context(keys.getKeyManagers());
    }

    /// Trusts the certificate in `certificate.pem` and nothing else: for a client on this machine.
    public static SSLContext clientContext(Path certificatePem)
            throws IOException, GeneralSecurityException {
        var trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream pem = Files.newInputStream(certificatePem)) {
            trusted.setCertificateEntry(
                    ALIAS, CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /// Key and certificate, PKCS#12.
    public Path keyStoreFile() {
        return folder.resolve("certificate.p12");
    }

    /// Opens {@link #keyStoreFile}.
    public String keyStorePassword() {
        return password;
    }

    /// The certificate alone, PEM.
    public Path certificateFile() {
        return folder.resolve("certificate.pem");
    }
}
