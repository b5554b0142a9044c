package org.postern.server.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.postern.server.embedded.RunningAddresses;
import org.postern.server.embedded.SelfSignedCertificate;

/// `send-sample`: a first message for a newcomer, sent as any mail program would.
public final class SendSample implements Command {

    private static final Option FROM =
            Option.of("--from", "ADDRESS", "sender, in a verified domain")
                    .standard("nurse@example.com");

    private static final Option TO =
            Option.of("--to", "ADDRESS", "recipient").standard("patient@example.org");

    private static final Option SMTP_PORT =
            Option.of(
                    "--smtp-port",
                    "PORT",
                    "where to send it; the running Postern's own if not said");

    private final Clock clock;

    public SendSample(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "send-sample";
    }

    @Override
    public String summary() {
        return "send a sample message with an attachment to the running Postern";
    }

    @Override
    public List<Option> options() {
        var options = new ArrayList<>(RunningPostern.options());
        options.addAll(List.of(SMTP_PORT, FROM, TO));
        return options;
    }

    @Override
    public int run(Arguments arguments, Console console)
            throws UsageException, CommandFailedException {
        RunningPostern postern = RunningPostern.find(arguments);
        String from = address(arguments, FROM);
        String to = address(arguments, TO);
        RunningAddresses addresses = postern.addresses();
        var server =
                new HostAndPort(
                        addresses.host(),
                        arguments.findPort(SMTP_PORT).orElse(addresses.smtpPort()));
        send(server, trust(postern.data()), from, to);
        console.say("Sent \"" + SampleMessage.SUBJECT + "\" from " + from + " to " + to + ".");
        if (addresses.outbox()) {
            console.say(
                    "The notice to "
                            + to
                            + " appears in the outbox: http://"
                            + new HostAndPort(addresses.host(), addresses.managementPort())
                            + "/outbox");
            console.say("Follow the link in it to sign in and read the message.");
        } else {
            console.say("The notice goes to " + to + " by the relay.");
        }
        return 0;
    }

    /// One mailbox that cannot be anything but an argument of MAIL or RCPT.
    private static String address(Arguments arguments, Option option) throws UsageException {
        String address = arguments.text(option);
        if (!address.matches("[!-~&&[^<>@\"\\\\]]+@[A-Za-z0-9.-]+")) {
            throw new UsageException(option.name() + " wants an address such as name@example.org.");
        }
        return address;
    }

    private static SSLContext trust(Path data) throws CommandFailedException {
        Path certificate = data.resolve("tls").resolve("certificate.pem");
        try {
            return SelfSignedCertificate.clientContext(certificate);
        } catch (IOException | GeneralSecurityException e) {
            throw new CommandFailedException(
                    "the certificate of the running Postern cannot be read: " + certificate + ".",
                    e);
        }
    }

    private void send(HostAndPort server, SSLContext trust, String from, String to)
            throws CommandFailedException {
        byte[] content = new SampleMessage(from, to, clock).content();
        try (var client = SmtpClient.connect(server, trust)) {
            client.send(from, to, content);
        } catch (SmtpClient.RefusedException e) {
            throw new CommandFailedException(
                    "the server at " + server + " refused the sample: " + e.getMessage(), e);
        } catch (ConnectException e) {
            throw new CommandFailedException(
                    "no Postern answers at "
                            + server
                            + ". Start it with ./postern up, or name its folder with --data.",
                    e);
        } catch (SSLException e) {
            throw new CommandFailedException(
                    "the server at "
                            + server
                            + " does not show the certificate in the data folder, so nothing was"
                            + " sent.",
                    e);
        } catch (IOException e) {
            throw new CommandFailedException(
                    "the connection to " + server + " broke before the sample was accepted.", e);
        }
    }
}
