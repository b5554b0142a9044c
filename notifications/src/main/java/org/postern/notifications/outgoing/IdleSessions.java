package org.postern.notifications.outgoing;

import jakarta.mail.MessagingException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Connections to a relay that have handed a mail over and may hand another: no handshake for each,
/// and no relay that counts connections gets tired of us. Thread-safe.
final class IdleSessions {

    private static final int MOST = 20;

    /// RFC 5321, section 4.5.3.2.7 has a relay wait for five minutes; holding its connection for so
    /// long without mail would be rude.
    private static final Duration IDLE = Duration.ofSeconds(5);

    /// Then its name is looked up anew, and its certificate looked at.
    private static final Duration LIFE = Duration.ofMinutes(5);

    private static final Executor LATER =
            CompletableFuture.delayedExecutor(
                    IDLE.toMillis(),
                    TimeUnit.MILLISECONDS,
                    task -> Thread.ofVirtual().name("relay-quit").start(task));

    private final Deque<RelaySession> idle = new ArrayDeque<>();

    /// One that the relay still answers on.
    Optional<RelaySession> take() {
        Optional<RelaySession> newest = newest();
        while (newest.isPresent() && !newest.get().answers()) {
            newest = newest();
        }
        return newest;
    }

    /// Keeps one for a few seconds, or closes it.
    void keep(RelaySession session) {
        if (session.age().compareTo(LIFE) > 0 || !add(session)) {
            quit(session);
        }
    }

    static void quit(RelaySession session) {
        try {
            session.close();
        } catch (MessagingException e) {
            // what was said before stands: the mail is accepted or not
        }
    }

    private synchronized Optional<RelaySession> newest() {
        return Optional.ofNullable(idle.pollLast());
    }

    private synchronized boolean add(RelaySession session) {
        if (idle.size() == MOST) {
            return false;
        }
        session.rest();
        idle.add(session);
        LATER.execute(() -> quitUnlessUsed(session));
        return true;
    }

    private void quitUnlessUsed(RelaySession session) {
        if (session.restsFor(IDLE) && remove(session)) {
            quit(session);
        }
    }

    private synchronized boolean remove(RelaySession session) {
        return idle.remove(session);
    }
}
