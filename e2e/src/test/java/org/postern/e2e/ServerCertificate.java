package org.postern.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/// A certificate that signs itself, with its key.
///
/// @param context what a server presents
/// @param pem what a client that is to trust it is given
record ServerCertificate(SSLContext context, String pem) {

    private static final char[] PASSWORD = "not secret".toCharArray();

    /// @param host whom it names
    /// @param start of its validity, in the words of keytool, such as `-3d`
    /// @param days of its validity
    static ServerCertificate of(Path folder, String host, String start, int days)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path file = Files.createTempDirectory(folder, "certificate").resolve("certificate.p12");
        Command.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                        "-J-XX:TieredStopAtLevel=1",
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-dname",
                        "CN=" + host,
                        "-ext",
                        "san=dns:" + host,
                        "-startdate",
                        start,
                        "-validity",
                        "" + days,
                        "-keystore",
                        file.toString(),
                        "-storepass",
                        new String(PASSWORD)));
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream bytes = Files.newInputStream(file)) {
            store.load(bytes, PASSWORD);
        }
        KeyManagerFactory keys =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        String base64 =
                Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII))
                        .encodeToString(store.getCertificate("server").getEncoded());
        return new ServerCertificate(
                context,
                "-----BEGIN CERTIFICATE-----\n" + base64 + "\n-----END CERTIFICATE-----\n");
    }
}
