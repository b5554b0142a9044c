package org.postern.notifications.outgoing;

import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.postern.notifications.job.RelayAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands mail to one of several relays, in turn. One that does not work rests, and the next one is
/// asked in the same attempt: what is wrong with a relay delays no mail while there is another.
/// Thread-safe.
public final class Relays implements OutgoingMail {

    private static final Logger log = LoggerFactory.getLogger(Relays.class);

    private final List<RelayHealth> relays;
    private final Clock clock;
    private final AtomicInteger turn = new AtomicInteger();
    private final ReentrantLock places = new ReentrantLock();
    private final Condition given = places.newCondition();

    /// @param relays at least one, each with a name of its own
    public Relays(List<RelayMail> relays, Clock clock) {
        this.relays = relays.stream().map(RelayHealth::new).toList();
        this.clock = clock;
        if (names().stream().distinct().count() != relays.size() || relays.isEmpty()) {
            throw new IllegalArgumentException("relays have names of their own");
        }
    }

    @Override
    public Handed hand(OutgoingMessage message) {
        Optional<Handed> failed = Optional.empty();
        Optional<Handed> unable = Optional.empty();
        List<RelayHealth> left = candidates();
        boolean all = left.size() == relays.size();
        while (!left.isEmpty()) {
            RelayHealth relay;
            try {
                relay = enter(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return new Handed.Deferred("relay-away");
            }
            left.remove(relay);
            RelayAttempt attempt = relay.attempt(message, this::tellWaiting);
            if (Thread.currentThread().isInterrupted()) {
                return attempt.handed(); // told to stop: that says nothing of the relay
            }
            Handed handed =
                    attempt.handed()
                            .with(
                                    new RelayAnswer(
                                            relay.name(), attempt.reply(), attempt.concern()));
            note(relay, message, attempt);
            switch (attempt.concern()) {
                case MAIL, DESTINATION -> {
                    return handed;
                }
                case ABILITY -> unable = Optional.of(handed);
                case RELAY -> failed = Optional.of(handed);
            }
        }
        if (failed.isPresent()) {
            return failed.get();
        }
        // One that could not be asked may have what the others lack.
        return all && unable.isPresent() ? unable.get() : new Handed.Deferred("relay-away");
    }

    /// Takes a place to connect at the first of these that has one. Whoever hangs at one relay must
    /// not keep those waiting who could go to the next.
    private RelayHealth enter(List<RelayHealth> any) throws InterruptedException {
        places.lockInterruptibly();
        try {
            while (true) {
                Optional<RelayHealth> free = any.stream().filter(RelayHealth::tryEnter).findFirst();
                if (free.isPresent()) {
                    return free.get();
                }
                given.await();
            }
        } finally {
            places.unlock();
        }
    }

    private void tellWaiting() {
        places.lock();
        try {
            given.signalAll();
        } finally {
            places.unlock();
        }
    }

    /// Whether none of them works now.
    public boolean allRest() {
        Instant now = clock.instant();
        return relays.stream().allMatch(relay -> relay.rests(now));
    }

    /// As they are configured.
    public List<String> names() {
        return relays.stream().map(RelayHealth::name).toList();
    }

    /// Whether this one rests, since it did not work.
    public boolean rests(String relay) {
        return named(relay).rests(clock.instant());
    }

    /// How often this came of handing a mail to this one.
    public long count(String relay, RelayResult result) {
        return named(relay).sum(result);
    }

    private RelayHealth named(String relay) {
        return relays.stream().filter(each -> each.name().equals(relay)).findFirst().orElseThrow();
    }

    /// Those that work, one after another in turn. If none works, the one whose rest is over first:
    /// somebody may be waiting for a link.
    private List<RelayHealth> candidates() {
        Instant now = clock.instant();
        List<RelayHealth> turned = new ArrayList<>(relays);
        Collections.rotate(turned, -Math.floorMod(turn.getAndIncrement(), relays.size()));
        RelayHealth first = Collections.min(turned, Comparator.comparing(RelayHealth::restsUntil));
        turned.removeIf(relay -> relay != first && relay.rests(now)); // if first rests, all do
        return turned;
    }

    private void note(RelayHealth relay, OutgoingMessage message, RelayAttempt attempt) {
        switch (attempt.concern()) {
            case MAIL -> {
                boolean accepted = attempt.handed() instanceof Handed.Accepted;
                if (relay.worked(accepted ? RelayResult.ACCEPTED : RelayResult.REFUSED)) {
                    log.info("relay works again: relay={}", relay.name());
                }
            }
            case DESTINATION -> {
                if (relay.deferred(message.forwardPath().domain(), clock.instant())) {
                    log.warn("relay rests: relay={} reason=defers-everybody", relay.name());
                }
            }
            case ABILITY -> relay.worked(RelayResult.REFUSED);
            case RELAY -> {
                Instant until = relay.failed(clock.instant());
                log.warn(
                        "relay rests: relay={} reason={} until={}",
                        relay.name(),
                        reason(attempt.handed()),
                        until);
            }
        }
    }

    private static String reason(Handed handed) {
        return handed instanceof Handed.Deferred(String reason, _) ? reason : "none";
    }
}
