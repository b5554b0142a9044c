package org.postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/// A certificate authority of a test, whose certificates have the form of bought ones.
final class TestAuthority {

    private final Path folder;

    /// A certificate chain and its key, in PEM.
    record Issued(Path certificate, Path key) {

        /// Takes the place of another, certificate and key each in one move.
        void replace(Issued other) throws IOException {
            Files.move(key, other.key, StandardCopyOption.ATOMIC_MOVE);
            Files.move(certificate, other.certificate, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    TestAuthority(Path folder) throws IOException, InterruptedException {
        this.folder = Files.createDirectories(folder);
        openssl(
                "req -x509 -nodes -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 800 -subj"
                    + " /CN=Test_authority -addext keyUsage=critical,keyCertSign,cRLSign -keyout"
                    + " authority.key -out authority.pem");
    }

    Path certificate() {
        return folder.resolve("authority.pem");
    }

    /// ECDSA on P-256.
    Issued issueEc(String file, String host, int days) throws IOException, InterruptedException {
        return issue(file, "ec -pkeyopt ec_paramgen_curve:P-256", host, days);
    }

    /// RSA of 2048 bits.
    Issued issueRsa(String file, String host, int days) throws IOException, InterruptedException {
        return issue(file, "rsa:2048", host, days);
    }

    private Issued issue(String file, String kind, String host, int days)
            throws IOException, InterruptedException {
        Files.writeString(
                folder.resolve(file + ".extensions"),
                """
                subjectAltName=DNS:%s
                basicConstraints=critical,CA:FALSE
                keyUsage=critical,digitalSignature
                extendedKeyUsage=serverAuth
                authorityKeyIdentifier=keyid
                """
                        .formatted(host));
        openssl(
                "req -new -nodes -newkey %s -subj /CN=%s -keyout %s.key -out %s.request"
                        .formatted(kind, host, file, file));
        openssl(
                ("x509 -req -in %s.request -CA authority.pem -CAkey authority.key -CAcreateserial"
                                + " -sha256 -days %d -extfile %s.extensions -out %s.pem")
                        .formatted(file, days, file, file));
        return new Issued(folder.resolve(file + ".pem"), folder.resolve(file + ".key"));
    }

    private void openssl(String words) throws IOException, InterruptedException {
        Command.run(List.of("sh", "-c", "cd \"$1\" && openssl " + words, "sh", folder.toString()));
    }
}
