package org.postern.server;

import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.MailRules;
import org.postern.mail.shredding.Shredding;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// What the administrator's commands that take something away ask of a running Postern: `POST
/// /shredding/recall`, `/shredding/expire`, `/shredding/erase`, `/shredding/end`.
@Endpoint(id = "shredding")
final class ShreddingEndpoint {

    private static final Logger log = LoggerFactory.getLogger(ShreddingEndpoint.class);
    private static final int AWAY = 503;

    private final Shredding shredding;
    private final MailDatabase database;
    private final Refresh doors;
    private final Clock clock;

    ShreddingEndpoint(Shredding shredding, MailDatabase database, Refresh doors, Clock clock) {
        this.shredding = shredding;
        this.database = database;
        this.doors = doors;
        this.clock = clock;
    }

    /// Does one thing and says what was done. What cannot be done is answered 422 with a sentence,
    /// and 503 what cannot be done now.
    ///
    /// @param recipient whose copy of a message; everybody's, if there is none
    /// @param days for which a message can be read from now on
    /// @param last day on which it can be read
    @WriteOperation
    WebEndpointResponse<Map<String, String>> shred(
            @Selector String what,
            String host,
            @Nullable String message,
            @Nullable String recipient,
            @Nullable String days,
            @Nullable String last,
            @Nullable String address)
            throws IOException, OpeningFailedException {
        try {
            TenantId tenant =
                    database.tenants()
                            .findByHost(host)
                            .orElseThrow(() ->
                                    new RefusedException(
                                            "there is no tenant at the host " + host + "."));
            return switch (what) {
                case "recall" -> {
                    shredding.recall(
                            tenant, message(tenant, message), mailboxes(tenant, recipient));
                    yield sentence(
                            200,
                            "The message does not open any more"
                                    + (recipient == null ? "." : " for this recipient."));
                }
                case "expire" -> {
                    Instant until = until(tenant, days, last);
                    shredding.expire(
                            tenant, message(tenant, message), mailboxes(tenant, recipient), until);
                    yield sentence(200, "The message can be read until " + until + ".");
                }
                case "erase" -> erase(tenant, address);
                case "end" -> end(tenant);
                default -> new WebEndpointResponse<>(WebEndpointResponse.STATUS_NOT_FOUND);
            };
        } catch (RefusedException e) {
            return sentence(422, String.valueOf(e.getMessage()));
        } catch (DataAccessException | TransactionException e) {
            log.warn("nothing was shredded: what={} reason={}", what, e.getClass().getSimpleName());
            return sentence(
                    AWAY,
                    "a database or the keys are away: ask again when they are back. What was"
                            + " recorded meanwhile is finished then.");
        }
    }

    private WebEndpointResponse<Map<String, String>> erase(
            TenantId tenant, @Nullable String address) throws RefusedException {
        Optional<MailboxId> erased = shredding.erase(tenant, address(address));
        return sentence(
                200,
                erased.map(mailbox ->
                                "Erased: nothing of the mailbox " + mailbox + " opens any more.")
                        .orElse("Nothing to erase: the address has no mailbox."));
    }

    private WebEndpointResponse<Map<String, String>> end(TenantId tenant)
            throws IOException, OpeningFailedException {
        shredding.end(tenant);
        doors.refresh();
        return sentence(
                200,
                "Ended: nothing of the organisation opens any more. Its audit chain is exported"
                        + " with --host "
                        + tenant
                        + ".invalid.");
    }

    private MessageId message(TenantId tenant, @Nullable String text) throws RefusedException {
        try {
            MessageId message = new MessageId(UUID.fromString(String.valueOf(text)));
            if (database.messages().find(tenant, message).isPresent()) {
                return message;
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        throw new RefusedException(
                "the tenant has no message "
                        + text
                        + ", or it is not delivered yet. Its id stands at the end of its page's"
                        + " address.");
    }

    private Set<MailboxId> mailboxes(TenantId tenant, @Nullable String recipient)
            throws RefusedException {
        if (recipient == null) {
            return Set.of();
        }
        return Set.of(
                shredding
                        .mailbox(tenant, address(recipient))
                        .orElseThrow(() -> new RefusedException("the recipient has no mailbox.")));
    }

    private Instant until(TenantId tenant, @Nullable String days, @Nullable String last)
            throws RefusedException {
        Instant now = clock.instant();
        Instant until;
        try {
            if ((days == null) == (last == null)) {
                throw new RefusedException("say either --days or --last.");
            }
            until =
                    days == null
                            ? LocalDate.parse(String.valueOf(last))
                                    .plusDays(1)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant()
                            : now.plus(Duration.ofDays(Integer.parseInt(days)));
        } catch (NumberFormatException | DateTimeParseException e) {
            throw new RefusedException(
                    "--days is a number, and --last a day such as 2027-01-31.", e);
        }
        MailRules.Keeping keeping = database.tenants().rules(tenant).keeping();
        if (until.isBefore(now) || until.isAfter(keeping.latest(now))) {
            throw new RefusedException(
                    "a message can be read for 0 to "
                            + keeping.days()
                            + " days from now (tenant mail --keep); recall takes it away at once.");
        }
        return until;
    }

    private static EmailAddress address(@Nullable String text) throws RefusedException {
        try {
            return EmailAddress.parse(String.valueOf(text));
        } catch (MalformedAddressException e) {
            throw new RefusedException("that is no address, such as name@example.org.", e);
        }
    }

    private static WebEndpointResponse<Map<String, String>> sentence(int status, String sentence) {
        return new WebEndpointResponse<>(Map.of("sentence", sentence), status);
    }

    /// The administrator asked for something that cannot be; the message says what to change.
    private static final class RefusedException extends Exception {

        private static final long serialVersionUID = 1L;

        RefusedException(String sentence) {
            super(sentence);
        }

        RefusedException(String sentence, Throwable cause) {
            super(sentence, cause);
        }
    }
}
