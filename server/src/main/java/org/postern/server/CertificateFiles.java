package org.postern.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.postern.intake.DoorKeys;
import org.postern.server.embedded.StartRefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ssl.pem.PemContent;

/// The operator's certificates for the SMTP door, in PEM, one or more pairs of certificate and key:
/// ECDSA beside RSA, or several names. Files that change are read again within seconds, by whoever
/// asks next; files that make no sense are refused and what was there before stays. Thread-safe.
final class CertificateFiles implements DoorCertificates {

    private static final Logger log = LoggerFactory.getLogger(CertificateFiles.class);

    private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(5);

    /// Changes with every write that matters.
    private record Stamp(Path file, FileTime modified, long size) {}

    /// A certificate chain and its key.
    record Pair(Path certificate, Path key) {}

    private record Loaded(SSLContext context, List<Shown> shown) {

        Instant endsAt() {
            return shown.stream().map(Shown::endsAt).min(Instant::compareTo).orElseThrow();
        }
    }

    private final List<Pair> pairs;
    private final Clock clock;
    private Loaded current;
    private List<Stamp> stamps;
    private Instant lookedAt;

    private CertificateFiles(List<Pair> pairs, Clock clock, List<Stamp> stamps, Loaded first) {
        this.pairs = pairs;
        this.clock = clock;
        this.stamps = stamps;
        this.current = first;
        this.lookedAt = clock.instant();
    }

    /// Reads the files, which must be right to start with.
    static CertificateFiles open(List<Pair> pairs, Clock clock) throws StartRefusedException {
        try {
            return new CertificateFiles(
                    List.copyOf(pairs), clock, stamps(pairs), load(pairs, clock));
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            throw new StartRefusedException(
                    "the certificate for the SMTP door cannot be used: " + e.getMessage() + ".", e);
        }
    }

    @Override
    public synchronized Optional<SSLContext> get() {
        Instant now = clock.instant();
        if (Duration.between(lookedAt, now).compareTo(LOOK_AGAIN_AFTER) >= 0) {
            lookedAt = now;
            lookAgain();
        }
        return now.isBefore(current.endsAt()) ? Optional.of(current.context()) : Optional.empty();
    }

    @Override
    public synchronized List<Shown> shown() {
        return current.shown();
    }

    private void lookAgain() {
        try {
            List<Stamp> now = stamps(pairs);
            if (now.equals(stamps)) {
                return;
            }
            stamps = now;
            current = load(pairs, clock);
            log.info("certificate read again: ends={}", current.endsAt());
        } catch (IOException | GeneralSecurityException | RuntimeException e) {
            log.error(
                    "a new certificate was refused, the old one stays: reason={}", e.getMessage());
        }
    }

    private static List<Stamp> stamps(List<Pair> pairs) throws IOException {
        List<Stamp> stamps = new ArrayList<>();
        for (Pair pair : pairs) {
            for (Path file : List.of(pair.certificate(), pair.key())) {
                stamps.add(new Stamp(file, Files.getLastModifiedTime(file), Files.size(file)));
            }
        }
        return stamps;
    }

    private static Loaded load(List<Pair> pairs, Clock clock)
            throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] noPassword = {};
        List<Shown> shown = new ArrayList<>();
        for (Pair pair : pairs) {
            List<X509Certificate> chain = PemContent.load(pair.certificate()).getCertificates();
            PrivateKey key = PemContent.load(pair.key()).getPrivateKey();
            if (chain == null || chain.isEmpty() || key == null) {
                throw new IOException(
                        "no certificate and key in " + pair.certificate() + " and " + pair.key());
            }
            Instant end = chain.getFirst().getNotAfter().toInstant();
            if (!end.isAfter(clock.instant())) {
                throw new IOException(pair.certificate() + " has expired");
            }
            if (!belongTogether(chain.getFirst().getPublicKey(), key)) {
                throw new IOException(pair.key() + " is not the key of " + pair.certificate());
            }
            shown.add(new Shown(key.getAlgorithm(), end));
            store.setKeyEntry(
                    "pair-" + shown.size(), key, noPassword, chain.toArray(X509Certificate[]::new));
        }
        // PKIX looks at the name the client asks for (RFC 6066, section 3) and at what it can
        // check.
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, noPassword);
        return new Loaded(DoorKeys.context(keys.getKeyManagers()), List.copyOf(shown));
    }

    private static boolean belongTogether(PublicKey publicKey, PrivateKey key)
            throws GeneralSecurityException {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        if (!publicKey.getAlgorithm().equals(key.getAlgorithm())) {
            return false;
        }
        byte[] anything = {1, 2, 3};
        Signature signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        signature.update(anything);
        byte[] signed = signature.sign();
        signature.initVerify(publicKey);
        signature.update(anything);
        return signature.verify(signed);
    }
}
