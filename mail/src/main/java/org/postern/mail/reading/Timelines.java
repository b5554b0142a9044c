package org.postern.mail.reading;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.IntegrityLog;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.StoredSlot;
import org.postern.db.store.TimelineEntry;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.NotSignedInException;
import org.postern.mail.content.RecipientList;
import org.postern.mail.delivery.Delivery;
import org.postern.notifications.job.Jobs;

/// What became of an author's messages at their recipients, and telling one of them again.
/// Thread-safe.
public final class Timelines {

    /// Nobody is told more often than this, however often somebody presses.
    static final Duration PAUSE = Duration.ofMinutes(10);

    private final KeyService keys;
    private final MailDatabase database;
    private final Jobs jobs;
    private final UuidV7 ids;
    private final Clock clock;

    public Timelines(KeyService keys, MailDatabase database, Jobs jobs, UuidV7 ids, Clock clock) {
        this.keys = keys;
        this.database = database;
        this.jobs = jobs;
        this.ids = ids;
        this.clock = clock;
    }

    /// The timelines of a message that this reader wrote and of its copies, one for each recipient;
    /// none of what others wrote, or of what was delivered by a release that kept none.
    ///
    /// @throws NotSignedInException if the reading key is no more
    public List<RecipientTimeline> of(Reader reader, MessageRow row) throws NotSignedInException {
        return row.sent() ? of(reader, row.copies()) : List.of();
    }

    /// Has a recipient of this reader's message told once more, soon.
    ///
    /// @return false if it is not this reader's message, has no such recipient, or he was told less
    ///   than ten minutes ago
    /// @throws NotSignedInException if the reading key is no more
    public boolean tellAgain(Reader reader, MessageId message, MailboxId recipient)
            throws NotSignedInException {
        boolean own =
                of(reader, Set.of(message)).stream()
                        .anyMatch(line -> line.mailbox().equals(recipient) && !line.read());
        return own
                && Boolean.TRUE.equals(
                        database.transaction().execute(_ -> askAgain(reader, message, recipient)));
    }

    private boolean askAgain(Reader reader, MessageId message, MailboxId recipient) {
        // Of two who press at once the second sees what the first has written.
        database.notices().lock(reader.tenant(), List.of(recipient));
        Instant now = clock.instant();
        UUID asked = ids.next();
        boolean written =
                database.timelines()
                        .insertAskedAgain(
                                reader.tenant(), asked, message, recipient, now.minus(PAUSE), now);
        if (written) {
            jobs.promise(reader.tenant(), Delivery.ASKED_AGAIN, asked, Optional.of(recipient));
        }
        return written;
    }

    private List<RecipientTimeline> of(Reader reader, Set<MessageId> messages)
            throws NotSignedInException {
        Map<MessageId, Mac256> hashes =
                messages.stream()
                        .flatMap(message -> slot(reader, message).stream())
                        .filter(StoredSlot::sent)
                        .collect(Collectors.toMap(StoredSlot::message, StoredSlot::headerHash));
        Map<MessageId, RecordKey> summaryKeys =
                keys.summaries(
                        reader.tenant(),
                        reader.key(),
                        hashes.entrySet().stream()
                                .map(one -> new ObjectName(one.getKey(), one.getValue()))
                                .collect(Collectors.toSet()));
        List<TimelineEntry> entries =
                database.timelines().find(reader.tenant(), summaryKeys.keySet());
        List<RecipientTimeline> timelines = new ArrayList<>();
        hashes.keySet().stream()
                .sorted((a, b) -> a.value().compareTo(b.value()))
                .forEach(message -> {
                    @Nullable RecordKey key = summaryKeys.get(message);
                    @Nullable Mac256 hash = hashes.get(message);
                    if (key != null && hash != null) {
                        recipients(reader, message, key, hash)
                                .forEach(recipient ->
                                        timelines.add(timeline(message, recipient, entries)));
                    }
                });
        return timelines;
    }

    private static RecipientTimeline timeline(
            MessageId message, RecipientList.Recipient recipient, List<TimelineEntry> entries) {
        return new RecipientTimeline(
                message,
                recipient.id(),
                recipient.address(),
                entries.stream()
                        .filter(entry ->
                                entry.message().equals(message)
                                        && entry.mailbox().equals(recipient.id()))
                        .toList());
    }

    private Optional<StoredSlot> slot(Reader reader, MessageId message) {
        try {
            return database.messages().findSlot(reader.tenant(), message, reader.mailbox());
        } catch (DamagedRowException e) {
            return Optional.empty(); // the folder has said so
        }
    }

    private List<RecipientList.Recipient> recipients(
            Reader reader, MessageId message, RecordKey key, Mac256 headerHash) {
        try {
            Optional<SealedRecord> sealed =
                    database.timelines().recipients(reader.tenant(), message, reader.mailbox());
            return sealed.isPresent()
                    ? RecipientList.open(key, headerHash, sealed.get()).recipients()
                    : List.of();
        } catch (DamagedRowException | OpeningFailedException e) {
            IntegrityLog.slot(
                    IntegrityLog.Stored.SUMMARY, reader.tenant(), message, reader.mailbox());
            return List.of();
        }
    }
}
