package org.postern.notifications.outgoing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/// A certification authority for one test, what it issues, and who trusts it.
public final class TestCertificates {

    private static final String PASSWORD = "test-only";
    private static final String AUTHORITY = "authority";

    private final Path file;
    private final AtomicInteger issued = new AtomicInteger();

    public TestCertificates(Path folder) throws Exception {
        file = folder.resolve("test.p12");
        generate(AUTHORITY, "-ext", "bc:c");
    }

    /// A server with a fresh certificate.
    ///
    /// @param options of keytool's genkeypair, such as `-ext san=dns:localhost`
    public SSLContext server(String... options) throws Exception {
        String alias = "server" + issued.incrementAndGet();
        generate(
                alias,
                Stream.concat(Stream.of("-signer", AUTHORITY), Stream.of(options))
                        .toArray(String[]::new));
        KeyStore all = load();
        Key key = all.getKey(alias, PASSWORD.toCharArray());
        KeyStore own = empty();
        own.setKeyEntry(alias, key, PASSWORD.toCharArray(), all.getCertificateChain(alias));
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, PASSWORD.toCharArray());
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), null, null);
        return tls;
    }

    SSLSocketFactory trust() throws Exception {
        return trustingContext().getSocketFactory();
    }

    /// Of whoever trusts this authority and no other.
    public SSLContext trustingContext() throws Exception {
        KeyStore trusted = empty();
        trusted.setCertificateEntry(AUTHORITY, load().getCertificate(AUTHORITY));
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }

    private void generate(String alias, String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", PASSWORD));
        command.addAll(List.of("-alias", alias, "-dname", "CN=" + alias));
        command.addAll(List.of(options));
        Process keytool =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (keytool.waitFor() != 0) {
            throw new IOException("keytool failed");
        }
    }

    private KeyStore load() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
