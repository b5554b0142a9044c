package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.Steps;
import org.postern.server.Postern;

/// An administrator lets in a gateway by the authority that issues its certificates.
class ClientAuthorityJourney {

    private static final String PASSWORD = "not secret";
    private static final String NAME = "--client-name=gateway.example.org";

    @TempDir Path folder;

    @Test
    void whatIsNoAuthorityMakesNothingAndTheRightOneLetsTheGatewayIn() throws Exception {
        TestAuthority authority = new TestAuthority(folder.resolve("authority"));
        TestAuthority.Issued gateway = authority.issueEc("gateway", "gateway.example.org", 20);
        Path malformed = Files.writeString(folder.resolve("malformed.pem"), "no certificate");
        Path data = folder.resolve("postern");
        try (PosternProcess postern = PosternProcess.start(data, PosternProcess.Ports.free())) {
            assertThat(run(data, "tenant", "create", "--name=Ward", "--host=ward.example.org"))
                    .isZero();
            assertThat(
                            run(
                                    data,
                                    "domain",
                                    "add",
                                    "--host=ward.example.org",
                                    "--domain=ward.example.org"))
                    .isZero();
            SSLContext context = context(postern, gateway);

            assertThat(add(data, NAME, ca(malformed))).isNotZero();
            assertThat(add(data, NAME, ca(folder.resolve("nowhere.pem")))).isNotZero();
            assertThat(add(data, NAME, ca(gateway.certificate()))).isNotZero();
            assertThat(add(data, NAME, ca(ended()))).isNotZero();
            assertThat(add(data, NAME)).isNotZero();
            assertThat(add(data, ca(authority.certificate()))).isNotZero();
            assertThat(mail(postern, context)).startsWith("5");

            assertThat(add(data, NAME, ca(authority.certificate()))).isZero();
            assertThat(mail(postern, context)).startsWith("250");
            try (SmtpSession other = SmtpSession.open(postern)) {
                other.say("MAIL FROM:<nurse@ward.example.org>");
                other.expect("5");
            }
        }
    }

    private static String ca(Path file) {
        return "--client-ca=" + file;
    }

    private Path ended() throws Exception {
        Path store = folder.resolve("ended.p12");
        Path file = folder.resolve("ended.der");
        String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> where =
                List.of("-alias", "ca", "-keystore", store.toString(), "-storepass", PASSWORD);
        List<String> make = new ArrayList<>(List.of(keytool, "-genkeypair", "-keyalg", "EC"));
        make.addAll(List.of("-dname", "CN=ended", "-startdate", "-9d", "-validity", "5"));
        make.addAll(List.of("-ext", "bc:critical=ca:true"));
        make.addAll(where);
        Command.run(make);
        List<String> export =
                new ArrayList<>(List.of(keytool, "-exportcert", "-file", file.toString()));
        export.addAll(where);
        Command.run(export);
        return file;
    }

    /// Trusts this Postern and shows that certificate.
    private SSLContext context(PosternProcess postern, TestAuthority.Issued shown)
            throws Exception {
        Path own = folder.resolve("own.p12");
        List<String> words = new ArrayList<>(List.of("openssl", "pkcs12", "-export", "-out"));
        words.addAll(List.of(own.toString(), "-passout", "pass:" + PASSWORD));
        words.addAll(List.of("-in", shown.certificate().toString()));
        words.addAll(List.of("-inkey", shown.key().toString()));
        Command.run(words);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(own)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory shows = KeyManagerFactory.getInstance("PKIX");
        shows.init(keys, PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(postern.data().resolve("tls/certificate.pem"))) {
            trusted.setCertificateEntry(
                    "postern", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trusts = TrustManagerFactory.getInstance("PKIX");
        trusts.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(shows.getKeyManagers(), trusts.getTrustManagers(), null);
        return context;
    }

    private static String mail(PosternProcess postern, SSLContext context) throws Exception {
        Socket connection = new Socket(InetAddress.getLoopbackAddress(), postern.ports().smtp());
        try (SmtpSession smtp = SmtpSession.open(connection, context)) {
            smtp.say("MAIL FROM:<nurse@ward.example.org>");
            return smtp.reply();
        }
    }

    private static int add(Path data, String... options) {
        List<String> words = new ArrayList<>(List.of("connector", "add", "--name=Gateway"));
        words.add("--host=ward.example.org");
        words.addAll(List.of(options));
        return run(data, words.toArray(String[]::new));
    }

    private static int run(Path data, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        all.add("--data=" + data);
        return Postern.run(Steps.UNWATCHED, all.toArray(String[]::new));
    }
}
