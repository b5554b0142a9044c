package org.postern.keys.provider;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks a keeper a few times while it is busy, and then gives up for now.
final class Attempts {

    private static final Logger log = LoggerFactory.getLogger(Attempts.class);

    private static final int MOST = 3;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

    private final String provider;
    private final Pause pause;

    Attempts(String provider, Pause pause) {
        this.provider = provider;
        this.pause = pause;
    }

    /// One attempt.
    @FunctionalInterface
    interface Attempt<T> {
        T make() throws BusyException, OpeningFailedException;
    }

    /// Waits between two attempts.
    @FunctionalInterface
    interface Pause {
        void take(Duration time) throws InterruptedException;
    }

    <T> T make(Attempt<T> attempt) throws OpeningFailedException {
        for (int made = 1; ; made++) {
            try {
                return attempt.make();
            } catch (BusyException e) {
                if (made == MOST) {
                    throw away(e.reason(), e);
                }
            }
            try {
                pause.take(FIRST_PAUSE.multipliedBy(1L << (2 * (made - 1)))); // 100 ms, 400 ms
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw away("interrupted", e);
            }
        }
    }

    /// The keeper will not do better if it is asked again at once.
    KeyProviderAwayException away(String reason, @Nullable Throwable cause) {
        log.warn("key provider away: provider={} reason={}", provider, reason);
        return new KeyProviderAwayException(provider, reason, cause);
    }

    /// Worth another attempt: throttled, overloaded, timed out, not reached.
    static final class BusyException extends Exception {

        private static final long serialVersionUID = 1L;

        private final String reason;

        BusyException(String reason, @Nullable Throwable cause) {
            super(reason, cause);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }
}
