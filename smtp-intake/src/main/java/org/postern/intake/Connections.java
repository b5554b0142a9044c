package org.postern.intake;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.intake.IntakeProperties.Limits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The connections there are, and whether there may be one more. Thread-safe.
final class Connections {

    private static final Logger log = LoggerFactory.getLogger(Connections.class);

    private final Limits limits;
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<InetAddress, Integer> perSource = new ConcurrentHashMap<>();
    private final List<ConnectionPolicy> policies =
            List.of(this::whileDraining, this::inAll, this::fromOneSource);
    private final Object gone = new Object();
    private final AtomicInteger transactions = new AtomicInteger();
    private volatile boolean draining;

    Connections(Limits limits) {
        this.limits = limits;
    }

    /// One reason to refuse a connection before its greeting.
    @FunctionalInterface
    interface ConnectionPolicy {
        Optional<Reply> refusal(InetAddress source);
    }

    /// Counts the connection in, or says why not. Whoever is not refused is to be removed again.
    Optional<Reply> add(Connection connection) {
        InetAddress source = source(connection.source());
        open.add(connection);
        perSource.merge(source, 1, Integer::sum);
        Optional<Reply> refusal =
                policies.stream().flatMap(policy -> policy.refusal(source).stream()).findFirst();
        if (refusal.isPresent()) {
            remove(connection);
        }
        return refusal;
    }

    void remove(Connection connection) {
        if (open.remove(connection)) {
            synchronized (gone) {
                gone.notifyAll();
            }
            perSource.computeIfPresent(
                    source(connection.source()), (_, count) -> count == 1 ? null : count - 1);
        }
    }

    /// Counts a mail transaction in, if there may be one more; then it is to be ended again.
    boolean countIn(IntakeTransaction transaction) {
        if (transactions.incrementAndGet() <= limits.maxTransactions()) {
            transaction.countedIn();
            return true;
        }
        transactions.decrementAndGet();
        return false;
    }

    void endTransaction() {
        transactions.decrementAndGet();
    }

    int count() {
        return open.size();
    }

    boolean isDraining() {
        return draining;
    }

    /// Sends idle clients away now and the others when they have finished.
    void drain() {
        draining = true;
        for (Connection connection : open) {
            Thread.ofVirtual()
                    .start(() -> {
                        try {
                            connection.dismiss();
                        } catch (IOException _) {
                            log.debug("a client had gone before it was sent away");
                        }
                    });
        }
    }

    /// Waits until all have gone, as long as that.
    void awaitNone(Duration most) {
        long until = System.nanoTime() + most.toNanos();
        synchronized (gone) {
            long left = until - System.nanoTime();
            while (!open.isEmpty() && left > 0) {
                try {
                    gone.wait(left / 1_000_000 + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
                left = until - System.nanoTime();
            }
        }
    }

    void cutAll() {
        open.forEach(Connection::cut);
    }

    /// Cuts off whoever takes too long.
    void cutOverdue() {
        for (Connection connection : open) {
            try {
                connection.cutIfOverdue();
            } catch (IOException _) {
                log.debug("a connection was closed already");
            }
        }
    }

    private Optional<Reply> whileDraining(InetAddress source) {
        return draining ? Optional.of(Reply.CLOSING) : Optional.empty();
    }

    private Optional<Reply> inAll(InetAddress source) {
        return open.size() > limits.maxConnections()
                ? Optional.of(Reply.TOO_MANY_CONNECTIONS)
                : Optional.empty();
    }

    private Optional<Reply> fromOneSource(InetAddress source) {
        return perSource.getOrDefault(source, 0) > limits.maxConnectionsPerSource()
                ? Optional.of(Reply.TOO_MANY_CONNECTIONS)
                : Optional.empty();
    }

    /// Whoever has one IPv6 address has the other 2^64 of its network, too.
    private static InetAddress source(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address;
        }
        byte[] network = address.getAddress();
        Arrays.fill(network, 8, network.length, (byte) 0);
        try {
            return InetAddress.getByAddress(network);
        } catch (UnknownHostException sixteenBytes) {
            throw new IllegalStateException(sixteenBytes);
        }
    }
}
