package org.postern.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A key and a self-signed certificate for `localhost`, made by openssl for one run; both servers
/// use the same.
final class TestKey {

    static final String KEY = "key.pem";
    static final String CERTIFICATE = "certificate.pem";
    static final String PKCS12 = "key.p12";

    /// Guards nothing: the key is worth nothing after the run.
    static final String PASSWORD = "bench";

    private TestKey() {}

    /// ECDSA P-256, for both servers.
    static void make(Path folder) throws IOException, InterruptedException {
        openssl(
                folder,
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj"
                        + " /CN=localhost -addext subjectAltName=DNS:localhost -keyout "
                        + KEY
                        + " -out "
                        + CERTIFICATE);
        openssl(
                folder,
                "pkcs12 -export -name bench -inkey "
                        + KEY
                        + " -in "
                        + CERTIFICATE
                        + " -passout pass:"
                        + PASSWORD
                        + " -out "
                        + PKCS12);
    }

    private static void openssl(Path folder, String words)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(words.split(" ")));
        Process process =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start();
        if (process.waitFor() != 0) {
            throw new IOException("openssl made no certificate");
        }
    }
}
