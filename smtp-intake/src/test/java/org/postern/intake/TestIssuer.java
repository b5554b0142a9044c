package org.postern.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// Authorities of a test and the certificates they issue, made by the JDK's keytool. Names are
/// those of entries in its store.
final class TestIssuer {

    private static final String PASSWORD = "only-for-tests";

    private final Path file;

    TestIssuer() throws IOException {
        file = Files.createTempDirectory(Path.of("target"), "issuer").resolve("all.p12");
    }

    /// An authority that is valid for so many days from then.
    TestIssuer authority(String name, String from, int days) {
        keytool(
                name,
                List.of("-startdate", from, "-validity", Integer.toString(days)),
                List.of("bc:critical=ca:true", "ku:critical=keyCertSign"));
        return this;
    }

    /// A certificate for `dnsName` that `issuer` signs, valid for so many days from then.
    ///
    /// @param use of RFC 5280, section 4.2.1.12, as keytool calls it
    TestIssuer issue(
            String issuer, String name, String dnsName, String use, String from, int days) {
        keytool(
                name,
                List.of("-signer", issuer, "-startdate", from, "-validity", Integer.toString(days)),
                List.of("SAN=dns:" + dnsName, "eku=" + use, "ku=digitalSignature"));
        return this;
    }

    private void keytool(String name, List<String> words, List<String> extensions) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "keytool")
                                        .toString(),
                                "-genkeypair",
                                "-alias",
                                name,
                                "-dname",
                                "CN=" + name,
                                "-keyalg",
                                "EC",
                                "-groupname",
                                "secp256r1",
                                "-storetype",
                                "PKCS12",
                                "-keystore",
                                file.toString(),
                                "-storepass",
                                PASSWORD));
        command.addAll(words);
        extensions.forEach(extension -> command.addAll(List.of("-ext", extension)));
        try {
            Path log = file.resolveSibling(name + ".log");
            Process keytool =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            if (keytool.waitFor() != 0) {
                throw new IllegalStateException("keytool failed: " + Files.readString(log));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// As a connector keeps it.
    String certificate(String name) {
        try {
            return Base64.getEncoder().encodeToString(store().getCertificate(name).getEncoded());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A client that trusts the door and shows this certificate.
    SSLContext client(String name) {
        try {
            KeyStore all = store();
            Key key = all.getKey(name, PASSWORD.toCharArray());
            KeyStore own = KeyStore.getInstance("PKCS12");
            own.load(null, null);
            own.setKeyEntry(name, key, PASSWORD.toCharArray(), all.getCertificateChain(name));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own, PASSWORD.toCharArray());
            return TestCertificate.client(keys.getKeyManagers());
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private KeyStore store() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }
}
