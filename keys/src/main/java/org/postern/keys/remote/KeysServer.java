package org.postern.keys.remote;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.KeysBusyException;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotRecentException;
import org.postern.keys.NotSignedInException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;
import tools.jackson.core.JacksonException;

/// Where other processes ask for keys: TLS 1.3 with certificates of both sides, one POST per call.
/// Whoever has no certificate of our authority does not get as far as asking.
public final class KeysServer implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(KeysServer.class);

    private static final int BACKLOG = 128;
    private static final int FAREWELL_SECONDS = 1;

    static {
        // The JDK's server takes its limits from system properties alone, in seconds, the first
        // time that it is used. Whoever sends or reads slowly is cut off; who is idle stays longer
        // than our client keeps a connection, so that it is never the server that ends one first.
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("sun.net.httpserver.maxRspTime", "60");
        System.setProperty("sun.net.httpserver.idleInterval", "60");
        System.setProperty("sun.net.httpserver.maxReqHeaders", "50");
        System.setProperty("sun.net.httpserver.maxReqHeaderSize", "16384");
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("jdk.httpserver.maxConnections", "1024");
    }

    private final HttpsServer server;
    private final ExecutorService threads;
    private final Answers answers;

    private KeysServer(HttpsServer server, ExecutorService threads, Answers answers) {
        this.server = server;
        this.threads = threads;
        this.answers = answers;
    }

    /// Listens until closed.
    ///
    /// @param identity for which the authority of callers vouches
    public static KeysServer start(
            InetSocketAddress address,
            Identity identity,
            KeyService keys,
            Authority authority,
            Clock clock)
            throws IOException {
        HttpsServer server = HttpsServer.create(address, BACKLOG);
        server.setHttpsConfigurator(
                new HttpsConfigurator(identity.context()) {
                    @Override
                    public void configure(HttpsParameters parameters) {
                        parameters.setSSLParameters(identity.parameters());
                    }
                });
        ExecutorService threads =
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("keys-", 0).factory());
        KeysServer started = new KeysServer(server, threads, new Answers(keys, authority, clock));
        server.setExecutor(threads);
        server.createContext("/", started::handle);
        server.start();
        return started;
    }

    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(FAREWELL_SECONDS);
        threads.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Optional<Call> call = Call.at(exchange.getRequestURI().getPath());
            int mostBytes = call.map(Call::mostBytes).orElse(0);
            // Whoever is refused has his question read too: the JDK's server may miss the next one
            // on the same connection if it comes while the rest of this one is still to be read.
            byte[] question;
            try (InputStream in = exchange.getRequestBody()) {
                question = in.readNBytes(mostBytes + 1);
                if (question.length > mostBytes) {
                    exchange.getResponseHeaders().set("Connection", "close");
                }
            }
            if (call.isEmpty()) {
                reply(exchange, Status.UNKNOWN, null);
            } else if (!exchange.getRequestMethod().equals("POST")) {
                reply(exchange, Status.NOT_POSTED, null);
            } else {
                handle(exchange, call.get(), question);
            }
        }
    }

    private void handle(HttpExchange exchange, Call call, byte[] question) throws IOException {
        Optional<Caller> caller = Caller.of(((HttpsExchange) exchange).getSSLSession());
        if (caller.isEmpty() || !call.isAllowed(caller.get().roles())) {
            log.warn(
                    "a call was refused: call={} caller={} reason=role",
                    call,
                    caller.map(Caller::instance).orElse("unknown"));
            reply(exchange, Status.REFUSED, null);
        } else if (question.length > call.mostBytes()) {
            reply(exchange, Status.TOO_LARGE, null);
        } else {
            answer(exchange, call, caller.get(), question);
        }
    }

    private void answer(HttpExchange exchange, Call call, Caller caller, byte[] question)
            throws IOException {
        int status;
        try {
            Object answer = answers.answer(call, caller, question);
            reply(
                    exchange,
                    answer == null ? Status.NOTHING : Status.ANSWERED,
                    answer == null ? null : WireFormat.write(answer));
            return;
        } catch (Answers.RefusedException e) {
            log.warn(
                    "a call was refused: call={} caller={} reason={}",
                    call,
                    caller.instance(),
                    e.getMessage());
            status = Status.REFUSED;
        } catch (NotSignedInException e) {
            status = Status.NOT_SIGNED_IN;
        } catch (NotRecentException e) {
            status = Status.NOT_RECENT;
        } catch (MessageLockedException e) {
            status = Status.LOCKED;
        } catch (OpeningFailedException e) {
            status = Status.DOES_NOT_OPEN;
        } catch (JacksonException e) {
            status = Status.MALFORMED;
        } catch (KeysBusyException e) {
            status = Status.BUSY;
        } catch (DataAccessException | TransactionException e) {
            status = Status.AWAY;
        } catch (RuntimeException e) {
            // The class alone: a message may quote what was asked.
            log.error(
                    "a call failed: call={} caller={} reason={}",
                    call,
                    caller.instance(),
                    e.getClass().getSimpleName());
            status = Status.BROKEN;
        }
        reply(exchange, status, null);
    }

    private static void reply(HttpExchange exchange, int status, byte @Nullable [] body)
            throws IOException {
        if (body == null) {
            exchange.sendResponseHeaders(status, -1);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }
}
