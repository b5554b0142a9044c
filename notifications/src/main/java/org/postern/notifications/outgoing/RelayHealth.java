package org.postern.notifications.outgoing;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/// One relay and how it has been doing. One that fails rests, each time for twice as long; one that
/// takes a mail is well. Thread-safe.
final class RelayHealth {

    private static final Duration FIRST_REST = Duration.ofSeconds(10);
    private static final Duration LONGEST_REST = Duration.ofMinutes(5);
    private static final int MOST_DOUBLINGS = 10;

    /// How many may wait for its greeting at once. Whoever hangs there must not hold all workers:
    /// the others go to the next relay.
    private static final int CONNECTING = 4;

    /// A relay that defers the recipients of so many domains in a row, and takes nothing in
    /// between, has a trouble of its own.
    private static final int DEFERRED_DOMAINS = 5;

    private final RelayMail mail;
    private final Semaphore connecting = new Semaphore(CONNECTING);
    private final Map<RelayResult, LongAdder> counts = new ConcurrentHashMap<>();
    private final Set<String> deferred = new HashSet<>();
    private Instant restsUntil = Instant.MIN;
    private int failures;

    RelayHealth(RelayMail mail) {
        this.mail = mail;
        for (RelayResult each : RelayResult.values()) {
            counts.put(each, new LongAdder());
        }
    }

    String name() {
        return mail.relay().name();
    }

    /// Takes a place to connect, if there is one.
    boolean tryEnter() {
        return connecting.tryAcquire();
    }

    /// Makes an attempt.
    ///
    /// @param greeted to be called once the place to connect was given back
    RelayAttempt attempt(OutgoingMessage message, Runnable greeted) {
        try (Place own = new Place(connecting, greeted)) {
            return mail.attempt(message, own::leave);
        }
    }

    synchronized boolean rests(Instant now) {
        return now.isBefore(restsUntil);
    }

    synchronized Instant restsUntil() {
        return restsUntil;
    }

    /// It did not work.
    ///
    /// @return until when it rests
    synchronized Instant failed(Instant now) {
        count(RelayResult.FAILED);
        return now.isBefore(restsUntil) ? restsUntil : rest(now); // several may fail at once
    }

    /// It answered, and what it said is about a mail.
    ///
    /// @return whether it had failed before
    synchronized boolean worked(RelayResult result) {
        count(result);
        boolean failedBefore = failures > 0;
        failures = 0;
        restsUntil = Instant.MIN;
        deferred.clear();
        return failedBefore;
    }

    /// It says that the recipient's side does not take it now.
    ///
    /// @return whether it rests now, since it says so to everybody
    synchronized boolean deferred(String domain, Instant now) {
        count(RelayResult.DEFERRED);
        deferred.add(domain);
        if (deferred.size() < DEFERRED_DOMAINS) {
            return false;
        }
        deferred.clear();
        rest(now);
        return true;
    }

    long sum(RelayResult result) {
        return counts(result).sum();
    }

    private Instant rest(Instant now) {
        Duration rest = FIRST_REST.multipliedBy(1L << Math.min(failures, MOST_DOUBLINGS));
        failures++;
        restsUntil = now.plus(rest.compareTo(LONGEST_REST) < 0 ? rest : LONGEST_REST);
        return restsUntil;
    }

    private void count(RelayResult result) {
        counts(result).increment();
    }

    private LongAdder counts(RelayResult result) {
        return counts.computeIfAbsent(result, _ -> new LongAdder());
    }

    /// One place to connect, given back once.
    private static final class Place implements AutoCloseable {

        private final Semaphore places;
        private final Runnable left;
        private boolean over;

        Place(Semaphore places, Runnable left) {
            this.places = places;
            this.left = left;
        }

        void leave() {
            if (!over) {
                over = true;
                places.release();
                left.run();
            }
        }

        @Override
        public void close() {
            leave();
        }
    }
}
