package org.postern.portal.signin;

import java.time.Instant;
import java.util.Base64;
import java.util.function.Consumer;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.store.SignInRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.data.redis.core.ListOperations;
import org.springframework.data.redis.core.StringRedisTemplate;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/// Requests for sign-in links that wait in Redis for the database, sealed like all others.
/// Thread-safe.
final class LaterRequests {

    private static final Logger log = LoggerFactory.getLogger(LaterRequests.class);
    private static final String KEY = "postern:asked-later";

    /// A flood must not fill Redis, which has the sessions too.
    private static final long MOST = 100_000;

    private static final JsonMapper JSON = JsonMapper.shared();

    private final StringRedisTemplate redis;

    LaterRequests(StringRedisTemplate redis) {
        this.redis = redis;
    }

    /// Keeps a request.
    ///
    /// @throws org.springframework.dao.DataAccessException if Redis is away or too many wait
    void add(SignInRequest request) {
        Long waiting = list().size(KEY);
        if (waiting != null && waiting >= MOST) {
            throw new TransientDataAccessResourceException("too many sign-in requests wait");
        }
        list().rightPush(KEY, JSON.writeValueAsString(Stored.of(request)));
    }

    /// Hands over what waits, oldest first. Each is forgotten once it was taken: a request that is
    /// handed over twice is to be taken once. One that can never be taken keeps no other waiting.
    void drain(Consumer<SignInRequest> taken) {
        String first = list().index(KEY, 0);
        while (first != null) {
            try {
                taken.accept(JSON.readValue(first, Stored.class).request());
            } catch (OpeningFailedException
                    | IllegalArgumentException
                    | JacksonException
                    | DataIntegrityViolationException e) {
                log.error(
                        "a sign-in request that waited is damaged, or of nobody here, and was"
                                + " dropped");
            }
            list().remove(KEY, 1, first);
            first = list().index(KEY, 0);
        }
    }

    private ListOperations<String, String> list() {
        return redis.opsForList();
    }

    /// A request, its bytes in base64.
    private record Stored(
            String header, String slot, String address, String browser, Instant requestedAt) {

        static Stored of(SignInRequest request) {
            Base64.Encoder base64 = Base64.getEncoder();
            return new Stored(
                    base64.encodeToString(request.header().encode()),
                    base64.encodeToString(request.spoolSlot().toBytes()),
                    base64.encodeToString(request.sealedAddress().toBytes()),
                    base64.encodeToString(request.browserMac().toBytes()),
                    request.requestedAt());
        }

        SignInRequest request() throws OpeningFailedException {
            Base64.Decoder base64 = Base64.getDecoder();
            return new SignInRequest(
                    ObjectHeader.parse(base64.decode(header)),
                    SpoolSlot.of(base64.decode(slot)),
                    SealedRecord.of(base64.decode(address)),
                    Mac256.of(base64.decode(browser)),
                    requestedAt);
        }

        @Override
        public String toString() {
            return "Stored[redacted]";
        }
    }
}
