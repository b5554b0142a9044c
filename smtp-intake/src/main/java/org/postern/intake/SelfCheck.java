package org.postern.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/// Does what a client does, up to the handshake, and looks at what it is shown. A door that cannot
/// do this with itself would only collect failures of others.
///
/// @param door its port for STARTTLS
/// @param name by which clients know it; empty if nobody has told us
/// @param behindBalancer whether whoever comes from here must begin with the PROXY protocol
record SelfCheck(InetSocketAddress door, Optional<String> name, boolean behindBalancer) {

    private static final int PATIENCE_MILLIS = 10_000;
    private static final int LONGEST_REPLY_LINE = 512; // RFC 5321, section 4.5.3.1.5

    /// What is wrong, in a sentence; empty if nothing is.
    Optional<String> problem() {
        try (Socket raw = new Socket()) {
            raw.connect(door, PATIENCE_MILLIS);
            raw.setSoTimeout(PATIENCE_MILLIS);
            if (behindBalancer) {
                say(raw, "PROXY UNKNOWN");
            }
            InputStream in = new BufferedInputStream(raw.getInputStream());
            if (!reply(in).startsWith("220")) {
                return Optional.of("the SMTP door does not greet itself");
            }
            say(raw, "STARTTLS");
            if (!reply(in).startsWith("220")) {
                return Optional.of("no valid certificate is there, so that STARTTLS is refused");
            }
            handshake(raw);
            return Optional.empty();
        } catch (SSLHandshakeException e) {
            return Optional.of(
                    e.getCause() instanceof CertificateException refused
                            ? "clients would refuse the certificate: " + refused.getMessage()
                            : "the SMTP door cannot make a TLS handshake with itself");
        } catch (IOException e) {
            return Optional.of("the SMTP door cannot make a TLS handshake with itself");
        }
    }

    private void handshake(Socket raw) throws IOException {
        String asked = name.orElseGet(() -> door.getAddress().getHostAddress());
        try (SSLSocket tls =
                (SSLSocket)
                        context()
                                .getSocketFactory()
                                .createSocket(raw, asked, raw.getPort(), true)) {
            if (name.isPresent()) {
                SSLParameters parameters = tls.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS"); // RFC 6125
                tls.setSSLParameters(parameters);
            }
            tls.startHandshake();
            say(tls, "QUIT");
            reply(tls.getInputStream());
        }
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new ShownCertificate()}, null);
            return context;
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    private static void say(Socket socket, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(US_ASCII));
    }

    /// One line; this door greets and answers STARTTLS and QUIT with no more.
    private static String reply(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n' && line.length() < LONGEST_REPLY_LINE) {
            line.append((char) c);
            c = in.read();
        }
        return line.toString();
    }
}
