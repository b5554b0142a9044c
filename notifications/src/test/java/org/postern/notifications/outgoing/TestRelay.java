package org.postern.notifications.outgoing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import org.subethamail.smtp.MessageContext;
import org.subethamail.smtp.MessageHandler;
import org.subethamail.smtp.RejectException;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;

/// A real SMTP server that does as it is told.
public final class TestRelay implements AutoCloseable {

    /// One mail as it arrived.
    public static final class Received {
        private final String reversePath;
        private final String forwardPath;
        private final byte[] content;
        private final boolean overTls;
        private final SocketAddress client;

        Received(
                String reversePath,
                String forwardPath,
                byte[] content,
                boolean overTls,
                SocketAddress client) {
            this.overTls = overTls;
            this.client = client;
            this.reversePath = reversePath;
            this.forwardPath = forwardPath;
            this.content = content;
        }

        public String reversePath() {
            return reversePath;
        }

        public String forwardPath() {
            return forwardPath;
        }

        public byte[] content() {
            return content;
        }

        public boolean overTls() {
            return overTls;
        }

        /// Another one for each connection.
        public SocketAddress client() {
            return client;
        }
    }

    /// A reply to give instead of 250.
    public record Refusal(int code, String text) {}

    /// What a command is answered with; empty for 250.
    public volatile Optional<Refusal> toMail = Optional.empty();

    public volatile Optional<Refusal> toRcpt = Optional.empty();

    /// What a recipient is answered with besides, by his address.
    public volatile Function<String, Optional<Refusal>> toRecipient = _ -> Optional.empty();

    public volatile Optional<Refusal> toContent = Optional.empty();
    public final List<Received> received = new CopyOnWriteArrayList<>();

    private final SMTPServer server;

    public static TestRelay plain() {
        return plainAt(0);
    }

    /// On a port that is known beforehand.
    ///
    /// @param port any if 0
    public static TestRelay plainAt(int port) {
        return new TestRelay(builder(port));
    }

    public static TestRelay withStartTls(SSLContext tls) {
        return new TestRelay(builder(0).enableTLS().requireTLS().startTlsSocketFactory(tls));
    }

    public static TestRelay withImplicitTls(SSLContext tls) {
        return new TestRelay(builder(0).serverSocketFactory(tls));
    }

    private static SMTPServer.Builder builder(int port) {
        return SMTPServer.port(port)
                .bindAddress(InetAddress.getLoopbackAddress())
                .insertReceivedHeaders(false);
    }

    private TestRelay(SMTPServer.Builder builder) {
        server = builder.messageHandlerFactory(this::handler).build();
        server.start();
    }

    public int port() {
        return server.getPortAllocated();
    }

    private MessageHandler handler(MessageContext context) {
        return new MessageHandler() {
            private String reversePath = "";
            private String forwardPath = "";

            @Override
            public void from(String from) throws RejectException {
                reject(toMail);
                reversePath = from;
            }

            @Override
            public void recipient(String recipient) throws RejectException {
                reject(toRcpt);
                reject(toRecipient.apply(recipient));
                forwardPath = recipient;
            }

            @Override
            public String data(InputStream data) throws RejectException, IOException {
                byte[] content = data.readAllBytes();
                reject(toContent);
                received.add(
                        new Received(
                                reversePath,
                                forwardPath,
                                content,
                                ((Session) context).isTLSStarted(),
                                context.getRemoteAddress()));
                return "queued";
            }

            @Override
            public void done() {}
        };
    }

    private static void reject(Optional<Refusal> refusal) throws RejectException {
        if (refusal.isPresent()) {
            throw new RejectException(refusal.get().code(), refusal.get().text());
        }
    }

    @Override
    public void close() {
        server.stop();
    }
}
