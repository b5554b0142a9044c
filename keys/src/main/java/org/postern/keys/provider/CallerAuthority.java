package org.postern.keys.provider;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.postern.keys.Role;

/// A small private certificate authority, which knows the processes that may talk to the keys, and
/// nobody else. Its key lies beside the keystore under the same passphrase.
///
/// It gives out key and certificate together, in PEM: private key, certificate, authority.
public final class CallerAuthority {

    private static final String ALIAS = "authority";
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(20 * 365);
    private static final Duration CERTIFICATE_LIFE = Duration.ofDays(2 * 365);

    /// Clocks differ.
    private static final Duration CLOCKS_DIFFER = Duration.ofDays(1);

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final Clock clock;
    private final SecureRandom random;

    private CallerAuthority(
            PrivateKey key, X509Certificate certificate, Clock clock, SecureRandom random) {
        this.key = key;
        this.certificate = certificate;
        this.clock = clock;
        this.random = random;
    }

    /// Reads the authority, or makes one if there is no file yet.
    ///
    /// @throws IOException if the file cannot be read or written, or the passphrase is wrong
    public static CallerAuthority openOrCreate(
            Path file, char[] passphrase, Clock clock, SecureRandom random) throws IOException {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            if (!Files.exists(file)) {
                store.load(null, null);
                KeyPair pair = keyPair(random);
                X509Certificate own = ownCertificate(pair, clock.instant(), random);
                store.setKeyEntry(ALIAS, pair.getPrivate(), passphrase, new Certificate[] {own});
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                store.store(bytes, passphrase);
                ForcedFile.write(file, ByteBuffer.wrap(bytes.toByteArray()));
                return new CallerAuthority(pair.getPrivate(), own, clock, random);
            }
            try (InputStream in = Files.newInputStream(file)) {
                store.load(in, passphrase);
            }
            Key key = store.getKey(ALIAS, passphrase);
            if (key instanceof PrivateKey secret
                    && store.getCertificate(ALIAS) instanceof X509Certificate own) {
                return new CallerAuthority(secret, own, clock, random);
            }
            throw new IOException("the authority of callers has lost its key");
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("the authority of callers cannot be used", e);
        }
    }

    /// Key and certificate for a process that calls the keys.
    ///
    /// @param instance the one name under which it may seal
    /// @param roles all that it may be
    public String invite(String instance, Set<Role> roles) throws IOException {
        List<GeneralName> names = new ArrayList<>();
        names.add(uri(Role.INSTANCE_PREFIX + instance));
        for (Role role : roles) {
            names.add(uri(role.uri().toString()));
        }
        return issue(instance, names, KeyPurposeId.id_kp_clientAuth);
    }

    /// Key and certificate for the process that holds the keys.
    ///
    /// @param hosts names and addresses by which it is called
    public String listener(List<String> hosts) throws IOException {
        List<GeneralName> names = new ArrayList<>();
        for (String host : hosts) {
            names.add(
                    new GeneralName(
                            isAddress(host) ? GeneralName.iPAddress : GeneralName.dNSName, host));
        }
        names.add(uri(Role.KEYS.uri().toString()));
        return issue("keys", names, KeyPurposeId.id_kp_serverAuth);
    }

    private String issue(String name, List<GeneralName> names, KeyPurposeId purpose)
            throws IOException {
        Instant now = clock.instant();
        try {
            KeyPair pair = keyPair(random);
            X509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                                    certificate,
                                    serial(random),
                                    Date.from(now.minus(CLOCKS_DIFFER)),
                                    Date.from(now.plus(CERTIFICATE_LIFE)),
                                    new X500Name("CN=" + name + ",O=Postern"),
                                    pair.getPublic())
                            .addExtension(
                                    Extension.basicConstraints, true, new BasicConstraints(false))
                            .addExtension(
                                    Extension.keyUsage,
                                    true,
                                    new KeyUsage(KeyUsage.digitalSignature))
                            .addExtension(
                                    Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose))
                            .addExtension(
                                    Extension.authorityKeyIdentifier,
                                    false,
                                    new JcaX509ExtensionUtils()
                                            .createAuthorityKeyIdentifier(certificate))
                            .addExtension(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(names.toArray(GeneralName[]::new)));
            return pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                    + pem("CERTIFICATE", signed(builder, key).getEncoded())
                    + pem("CERTIFICATE", certificate.getEncoded());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("a certificate cannot be made", e);
        }
    }

    private static X509Certificate ownCertificate(KeyPair pair, Instant now, SecureRandom random)
            throws GeneralSecurityException, OperatorCreationException, IOException {
        X500Name name = new X500Name("CN=Postern callers,O=Postern");
        return signed(
                new JcaX509v3CertificateBuilder(
                                name,
                                serial(random),
                                Date.from(now.minus(CLOCKS_DIFFER)),
                                Date.from(now.plus(AUTHORITY_LIFE)),
                                name,
                                pair.getPublic())
                        .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                        .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign))
                        .addExtension(
                                Extension.subjectKeyIdentifier,
                                false,
                                new JcaX509ExtensionUtils()
                                        .createSubjectKeyIdentifier(pair.getPublic())),
                pair.getPrivate());
    }

    private static X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key)
            throws GeneralSecurityException, OperatorCreationException {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
    }

    private static KeyPair keyPair(SecureRandom random) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    /// Unpredictable, as RFC 5280, section 4.1.2.2 allows: positive, at most 20 octets.
    private static BigInteger serial(SecureRandom random) {
        return new BigInteger(127, random).setBit(127);
    }

    private static GeneralName uri(String text) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, text);
    }

    private static boolean isAddress(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static String pem(String what, byte[] der) {
        return "-----BEGIN "
                + what
                + "-----\n"
                + Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(der)
                + "\n-----END "
                + what
                + "-----\n";
    }
}
