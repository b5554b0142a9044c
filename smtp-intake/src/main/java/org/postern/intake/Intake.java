package org.postern.intake;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;
import org.postern.mail.door.Door;
import org.postern.mail.spool.Spool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.server.SMTPServer;

/// The SMTP door: one port for STARTTLS and one for TLS from the first byte. What it accepts is in
/// the spool, forced to disk, before it says so.
public final class Intake implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Intake.class);

    private final IntakeProperties properties;
    private final Surroundings surroundings;
    private final ScheduledExecutorService watch =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("intake-watch").factory());
    private @Nullable Future<?> watching;
    private @Nullable Port smtp;
    private @Nullable Port smtps;

    private record Port(SMTPServer server, Listener listener) {}

    /// With the usual witnesses.
    public Intake(
            IntakeProperties properties,
            Door door,
            Spool spool,
            Supplier<Optional<SSLContext>> tls,
            SSLSocketFactory nextHopTls,
            Clock clock) {
        this(
                properties,
                door,
                spool,
                tls,
                nextHopTls,
                Witnesses.standard(clock, new SecureRandom()),
                clock);
    }

    /// Does nothing before [#start].
    ///
    /// @param tls asked for every handshake; empty while there is no certificate
    /// @param nextHopTls whose trust decides which next hop is genuine
    public Intake(
            IntakeProperties properties,
            Door door,
            Spool spool,
            Supplier<Optional<SSLContext>> tls,
            SSLSocketFactory nextHopTls,
            Witnesses witnesses,
            Clock clock) {
        this.properties = properties;
        this.surroundings =
                new Surroundings(
                        properties,
                        door,
                        spool,
                        new IntakeTls(tls),
                        new Connections(properties.limits()),
                        new PassingOn.Caller(
                                nextHopTls, properties.hostName(), properties.nextHopPatience()),
                        witnesses,
                        new PrivateAuthorities(clock),
                        clock);
    }

    /// Listens from now on.
    ///
    /// @throws IOException if a port cannot be had
    public synchronized void start() throws IOException {
        smtp = open(properties.smtpPort(), false);
        try {
            smtps = open(properties.smtpsPort(), true);
        } catch (IOException e) {
            smtp.server().stop();
            throw e;
        }
        watching =
                watch.scheduleWithFixedDelay(
                        surroundings.connections()::cutOverdue, 1, 1, TimeUnit.SECONDS);
        log.info("smtp door open: smtp={} smtps={}", smtpPort(), smtpsPort());
    }

    /// The port for STARTTLS.
    public synchronized int smtpPort() {
        return portOf(smtp);
    }

    /// The port for TLS from the first byte.
    public synchronized int smtpsPort() {
        return portOf(smtps);
    }

    /// How many clients are connected.
    public int connections() {
        return surroundings.connections().count();
    }

    /// Makes a handshake with itself, by the way its clients come, and looks whether the
    /// certificate is for its name.
    ///
    /// @param name by which clients know this door; empty if only the handshake is to be tried
    /// @return what is wrong, in a sentence; empty if nothing is
    public Optional<String> selfCheck(Optional<String> name) {
        InetAddress bound = properties.bindAddress();
        InetAddress reached = bound.isAnyLocalAddress() ? InetAddress.getLoopbackAddress() : bound;
        boolean behindBalancer =
                properties.proxies().stream()
                        .map(SourceRange::parse)
                        .anyMatch(proxy -> proxy.contains(reached));
        return new SelfCheck(new InetSocketAddress(reached, smtpPort()), name, behindBalancer)
                .problem();
    }

    /// How many TLS handshakes have failed for this reason.
    public long failedHandshakes(HandshakeFailure reason) {
        return surroundings.tls().handshakes().failed(reason);
    }

    /// Takes no new clients, sends idle ones away, lets transactions end within the time set, and
    /// then closes what is left.
    @Override
    public synchronized void close() {
        surroundings.connections().drain();
        refuse(smtp);
        refuse(smtps);
        surroundings.connections().awaitNone(properties.patience().drain());
        surroundings.connections().cutAll();
        stop(smtp);
        stop(smtps);
        if (watching != null) {
            watching.cancel(false);
        }
        watch.shutdown();
    }

    private Port open(int port, boolean implicitTls) throws IOException {
        Listener listener = new Listener(implicitTls, surroundings);
        SMTPServer server =
                SMTPServer.port(port)
                        .bindAddress(properties.bindAddress())
                        .backlog(256)
                        .hostName(properties.hostName())
                        .softwareName("Postern")
                        .insertReceivedHeaders(false)
                        // ours count first, and can say so
                        .maxConnections(properties.limits().maxConnections() + 100)
                        .serverSocketFactory(() -> listener)
                        .sessionHandler(new Sessions(surroundings))
                        .executorService(
                                Executors.newThreadPerTaskExecutor(
                                        Thread.ofVirtual().name("smtp-", 0).factory()))
                        .build();
        Verb.ALL.forEach(server.getCommandHandler()::addCommand);
        try {
            server.start();
        } catch (RuntimeException e) {
            listener.close();
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
        return new Port(server, listener);
    }

    private static int portOf(@Nullable Port port) {
        if (port == null) {
            throw new IllegalStateException("not started");
        }
        return port.server().getPortAllocated();
    }

    private static void refuse(@Nullable Port port) {
        if (port != null) {
            try {
                port.listener().refuse();
            } catch (IOException e) {
                log.warn("a port could not be closed: reason={}", e.getMessage());
            }
        }
    }

    /// The library waits for its sessions without limit; we do not.
    private static void stop(@Nullable Port port) {
        if (port == null) {
            return;
        }
        CountDownLatch stopped = new CountDownLatch(1);
        Thread.ofVirtual()
                .start(() -> {
                    port.server().stop();
                    stopped.countDown();
                });
        try {
            if (!stopped.await(10, TimeUnit.SECONDS)) {
                log.warn("sessions did not end in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
