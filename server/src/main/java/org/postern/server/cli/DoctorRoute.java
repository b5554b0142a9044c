package org.postern.server.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import org.postern.server.embedded.SelfSignedCertificate;

/// `doctor route`: walks the way a mail gateway would take to an SMTP door, and says in plain words
/// which step fails. It ends before DATA: nothing is sent.
public final class DoctorRoute implements Command {

    private static final Operand SERVER =
            new Operand("HOST:PORT", "the door to try, as the gateway names it");

    private static final Option CA =
            Option.of("--ca", "FILE", "trust the certificate in this PEM file, not Java's list");

    private static final Option FROM =
            Option.of("--from", "ADDRESS", "also ask whether this sender may send");

    private static final Option TO =
            Option.of("--to", "ADDRESS", "and whether this recipient is taken");

    private final Clock clock;

    public DoctorRoute(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "doctor route";
    }

    @Override
    public String summary() {
        return "try the way to an SMTP door step by step, as a mail gateway would";
    }

    @Override
    public List<Operand> operands() {
        return List.of(SERVER);
    }

    @Override
    public List<Option> options() {
        return List.of(CA, FROM, TO);
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException {
        HostAndPort server = HostAndPort.parse(arguments.operand(0));
        Optional<String> from = mailbox(arguments, FROM);
        Optional<String> to = mailbox(arguments, TO);
        SSLContext trust = trust(arguments.find(CA));
        Walk walk = new Walk(clock, console, server);
        try {
            walk.go(trust, from, to);
            console.say("The way is free. Nothing was sent.");
            return 0;
        } catch (SmtpClient.RefusedException e) {
            throw failed(walk, "the server answered: " + e.getMessage(), e);
        } catch (IOException e) {
            throw failed(walk, reason(e, server), e);
        }
    }

    private static CommandFailedException failed(Walk walk, String reason, Exception cause) {
        return new CommandFailedException("it fails at \"" + walk.step + "\": " + reason, cause);
    }

    /// The steps, each announced when it was done.
    private static final class Walk {

        private final Clock clock;
        private final Console console;
        private final HostAndPort server;
        private String step = "connect";

        Walk(Clock clock, Console console, HostAndPort server) {
            this.clock = clock;
            this.console = console;
            this.server = server;
        }

        void go(SSLContext trust, Optional<String> from, Optional<String> to)
                throws IOException, SmtpClient.RefusedException {
            try (SmtpClient client = SmtpClient.connect(server, trust)) {
                done("connected to " + server);
                begin("greeting");
                done("it says " + client.greeting());
                begin("STARTTLS");
                if (!client.hello().contains("STARTTLS")) {
                    throw new SmtpClient.RefusedException(
                            "no STARTTLS offered; mail must not go to it in clear");
                }
                client.ask('2', "STARTTLS");
                begin("certificate");
                SSLSession tls = client.startTls();
                done(tls.getProtocol() + " with " + tls.getCipherSuite());
                X509Certificate certificate = (X509Certificate) tls.getPeerCertificates()[0];
                requireValid(certificate);
                done(
                        "its certificate is for "
                                + server.host()
                                + " and valid until "
                                + certificate.getNotAfter().toInstant());
                begin("EHLO");
                done("it offers " + String.join(", ", client.hello()));
                if (from.isPresent()) {
                    begin("MAIL");
                    done("sender: " + client.ask('2', "MAIL FROM:<" + from.get() + ">"));
                    if (to.isPresent()) {
                        begin("RCPT");
                        done("recipient: " + client.ask('2', "RCPT TO:<" + to.get() + ">"));
                    }
                }
                begin("QUIT");
                client.ask('2', "QUIT");
            }
        }

        /// Java does not look at the dates of a certificate that it was told to trust; gateways do.
        private void requireValid(X509Certificate certificate) throws SSLException {
            try {
                certificate.checkValidity(Date.from(clock.instant()));
            } catch (CertificateException e) {
                throw new SSLException(e);
            }
        }

        private void begin(String next) {
            step = next;
        }

        private void done(String what) {
            console.say("ok  " + what);
        }
    }

    /// What an administrator can do something about.
    private static String reason(IOException e, HostAndPort server) {
        if (isCausedBy(e, CertificateExpiredException.class)) {
            return "its certificate has expired. Renew it; mail waits in the gateway meanwhile.";
        }
        if (isCausedBy(e, CertificateNotYetValidException.class)) {
            return "its certificate is not valid yet. Compare the clocks.";
        }
        return switch (e) {
            case UnknownHostException _ ->
                    "no server is known by the name " + server.host() + ". Check the DNS.";
            case ConnectException _ ->
                    "nothing listens there, or a firewall refuses. Check host, port and firewall.";
            case SocketTimeoutException _ ->
                    "it did not answer in time. A firewall may swallow the packets.";
            case SSLException _
                    when isCausedBy(e, CertPathValidatorException.class)
                            || String.valueOf(e.getMessage()).contains("PKIX") ->
                    "its certificate comes from nobody we trust. Name its issuer with --ca, and"
                            + " give it to the gateway too.";
            case SSLException _ when String.valueOf(e.getMessage()).contains("No ") ->
                    "its certificate is for another name than "
                            + server.host()
                            + ". Use the name in the certificate, or get one for this name.";
            case SSLException _ -> "TLS was not agreed: " + e.getMessage();
            default -> "the connection broke: " + e.getMessage();
        };
    }

    private static boolean isCausedBy(Throwable e, Class<? extends Throwable> type) {
        for (Throwable each = e; each != null; each = each.getCause()) {
            if (type.isInstance(each)) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> mailbox(Arguments arguments, Option option)
            throws UsageException {
        Optional<String> text = arguments.find(option);
        if (text.isPresent() && !text.get().matches("[!-~&&[^<>\\\\]]+@[A-Za-z0-9.-]+")) {
            throw new UsageException(option.name() + " wants an address such as name@example.org.");
        }
        return text;
    }

    private static SSLContext trust(Optional<String> ca) throws CommandFailedException {
        try {
            return ca.isPresent()
                    ? SelfSignedCertificate.clientContext(Path.of(ca.get()))
                    : SSLContext.getDefault();
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailedException(
                    "the file " + ca.orElse("") + " holds no certificate in PEM.", e);
        }
    }
}
