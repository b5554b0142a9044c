package org.postern.intake;

import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes TLS handshakes, counts those that fail, and tells the operator of them: the gateway at the
/// other end shows its administrator little.
final class Handshakes {

    private static final Logger log = LoggerFactory.getLogger(Handshakes.class);

    private final Map<HandshakeFailure, LongAdder> failed = new EnumMap<>(HandshakeFailure.class);

    Handshakes() {
        for (HandshakeFailure each : HandshakeFailure.values()) {
            failed.put(each, new LongAdder());
        }
    }

    /// How many have failed for this reason.
    long failed(HandshakeFailure reason) {
        LongAdder count = failed.get(reason);
        return count == null ? 0 : count.sum();
    }

    /// @throws IOException if it failed; the connection is closed
    void make(Connection connection, SSLContext context) throws IOException {
        AtomicReference<@Nullable SSLSession> begun = new AtomicReference<>();
        try {
            ScopedValue.where(DoorKeys.BEGUN, begun)
                    .call(() -> {
                        connection.startTls(context);
                        return true;
                    });
        } catch (IOException e) {
            HandshakeFailure reason = reason(connection, e);
            failed.computeIfAbsent(reason, _ -> new LongAdder()).increment();
            Optional<SSLSession> session = Optional.ofNullable(begun.get());
            log.warn(
                    "tls handshake failed: peer={} reason={} version={} cipher={}: {} ({})",
                    connection.source().getHostAddress(),
                    reason.label(),
                    session.map(SSLSession::getProtocol).orElse("unknown"),
                    session.map(SSLSession::getCipherSuite)
                            .filter(suite -> !suite.contains("NULL"))
                            .orElse("unknown"),
                    reason.sentence(),
                    e.getMessage());
            connection.cut();
            throw e;
        }
    }

    /// A client that does not like our certificate says so and closes, often while we are still
    /// writing: then its alert is there and was not read.
    private static HandshakeFailure reason(Connection connection, IOException failed) {
        HandshakeFailure reason = HandshakeFailure.of(failed, connection.wasOverdue());
        return reason == HandshakeFailure.CLOSED_EARLY
                ? HandshakeFailure.ofAlertInClear(connection.lastWords()).orElse(reason)
                : reason;
    }
}
