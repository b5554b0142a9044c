package org.postern.crypto;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.SpoolPublicKey;
import org.postern.crypto.sealed.SpoolSlot;

/// Seals data keys at the door, where nothing can be opened: docs/format.md, section 4.2.
///
/// One HPKE context serves for ten seconds at most, so that public-key work is not per message and
/// a thief of this process's memory opens no slot that is older. Safe for use by many threads.
public final class SpoolSealer {

    static final Duration CONTEXT_LIFE = Duration.ofSeconds(10);

    /// Bounds what is remembered of a context; at this many objects it is renewed early.
    static final int MOST_OBJECTS = 1 << 16;

    private final SpoolPublicKey publicKey;
    private final Clock clock;
    private final SecureRandom random;

    private @Nullable Current current;

    public SpoolSealer(SpoolPublicKey publicKey, Clock clock, SecureRandom random) {
        this.publicKey = publicKey;
        this.clock = clock;
        this.random = random;
    }

    public SpoolPublicKey publicKey() {
        return publicKey;
    }

    public SpoolSlot seal(DataKey dataKey, ObjectHeader header) {
        SpoolContext.Sent sent = contextFor(header);
        byte[] wrapKey = sent.context().wrapKey(header);
        byte[] sealed = AesGcm.seal(wrapKey, SpoolKeyPair.NONCE, header.hash(), dataKey.secret());
        Arrays.fill(wrapKey, (byte) 0);
        byte[] slot =
                new Bytes()
                        .addU64(publicKey.id())
                        .add(sent.encapsulation().bytes())
                        .add(sealed)
                        .toArray();
        return Bytes.sealed(SpoolSlot::of, slot);
    }

    /// Forgets a context older than its ten seconds. The owner calls this from a timer, since an
    /// idle door would otherwise keep it until the next message.
    public synchronized void dropStale() {
        if (current != null && current.isStale(clock.instant())) {
            current = null;
        }
    }

    synchronized boolean holdsContext() {
        return current != null;
    }

    private synchronized SpoolContext.Sent contextFor(ObjectHeader header) {
        dropStale();
        // The nonce is zero, so a wrap key must never seal twice: a header that comes again, as
        // after
        // a caller's retry, gets a context of its own.
        if (current == null || !current.firstUseFor(header.digest())) {
            current = new Current(SpoolContext.send(publicKey, random), clock.instant());
            current.firstUseFor(header.digest());
        }
        return current.sent;
    }

    private static final class Current {
        private final SpoolContext.Sent sent;
        private final Instant since;
        private final Set<Mac256> headers = new HashSet<>();

        Current(SpoolContext.Sent sent, Instant since) {
            this.sent = sent;
            this.since = since;
        }

        /// A clock set back also ends a context, or it might live for as long as the step was.
        boolean isStale(Instant now) {
            return now.isBefore(since) || !now.isBefore(since.plus(CONTEXT_LIFE));
        }

        boolean firstUseFor(Mac256 header) {
            return headers.size() < MOST_OBJECTS && headers.add(header);
        }
    }
}
