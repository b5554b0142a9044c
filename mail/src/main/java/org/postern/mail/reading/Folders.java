package org.postern.mail.reading;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.IntegrityLog;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.MessageStore;
import org.postern.db.store.PagePosition;
import org.postern.db.store.SlotPage;
import org.postern.db.store.StoredSlot;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.NotSignedInException;
import org.postern.mail.content.Summary;

/// A reader's inbox and sent messages: one call to the key service a page, and no body opened.
/// Thread-safe.
public final class Folders {

    private static final int PAGE_ROWS = 50;
    private static final int MOST_OF_A_THREAD = 200;
    private static final int MOST_COPIES = 100;

    private final KeyService keys;
    private final MessageStore messages;
    private final Clock clock;

    public Folders(KeyService keys, MessageStore messages, Clock clock) {
        this.keys = keys;
        this.messages = messages;
        this.clock = clock;
    }

    /// A page of a folder, newest first. Of the copies of a message Sent shows one; the inbox shows
    /// each, since each was sent to its owner.
    ///
    /// @param before where the page before ended; empty for the first
    public FolderPage page(Reader reader, Folder folder, Optional<PagePosition> before)
            throws NotSignedInException {
        Instant now = clock.instant();
        SlotPage page =
                switch (folder) {
                    case INBOX ->
                            messages.received(
                                    reader.tenant(), reader.mailbox(), before, PAGE_ROWS, now);
                    case SENT ->
                            messages.sent(
                                    reader.tenant(), reader.mailbox(), before, PAGE_ROWS, now);
                };
        List<List<StoredSlot>> shown =
                switch (folder) {
                    case INBOX -> page.slots().stream().map(List::of).toList();
                    case SENT -> withCopies(reader, page.slots());
                };
        return new FolderPage(
                rows(reader, shown),
                page.next(),
                messages.unopened(reader.tenant(), reader.mailbox(), now));
    }

    /// What this reader has of a thread, oldest first; empty if nothing.
    public List<MessageRow> thread(Reader reader, ThreadId thread) throws NotSignedInException {
        return rows(
                reader,
                withCopies(
                        reader,
                        messages.thread(
                                reader.tenant(), reader.mailbox(), thread, MOST_OF_A_THREAD)));
    }

    /// One message as a folder shows it, with its copies; empty if this reader has no such message,
    /// or it opens no more.
    public Optional<MessageRow> row(Reader reader, MessageId message) throws NotSignedInException {
        Optional<StoredSlot> slot;
        try {
            slot = messages.findSlot(reader.tenant(), message, reader.mailbox());
        } catch (DamagedRowException e) {
            return Optional.empty();
        }
        return rows(reader, withCopies(reader, slot.stream().toList())).stream().findFirst();
    }

    /// Each slot, and behind it those of the other copies.
    private List<List<StoredSlot>> withCopies(Reader reader, List<StoredSlot> slots) {
        Set<Mac256> macs =
                slots.stream().flatMap(slot -> slot.copyMac().stream()).collect(Collectors.toSet());
        Map<Mac256, List<StoredSlot>> copies =
                messages.copies(reader.tenant(), reader.mailbox(), macs, MOST_COPIES).stream()
                        .collect(Collectors.groupingBy(slot -> slot.copyMac().orElseThrow()));
        return slots.stream()
                .map(slot ->
                        Stream.concat(
                                        Stream.of(slot),
                                        slot.copyMac().map(copies::get).stream()
                                                .flatMap(List::stream)
                                                .filter(copy -> !copy.equals(slot)))
                                .toList())
                .toList();
    }

    /// A row for each group: of the first in it that opens. So a message that was shredded leaves
    /// its place to a copy of it that was not.
    private List<MessageRow> rows(Reader reader, List<List<StoredSlot>> groups)
            throws NotSignedInException {
        Set<ObjectName> names =
                groups.stream()
                        .flatMap(List::stream)
                        .map(slot -> new ObjectName(slot.message(), slot.headerHash()))
                        .collect(Collectors.toSet());
        Map<MessageId, RecordKey> summaryKeys =
                keys.summaries(reader.tenant(), reader.key(), names);
        Map<MessageId, MessageRow> rows = new LinkedHashMap<>();
        for (List<StoredSlot> group : groups) {
            group.stream()
                    .flatMap(slot -> open(reader.tenant(), slot, summaryKeys).stream())
                    .reduce(MessageRow::with)
                    .ifPresent(row -> rows.putIfAbsent(row.id(), row));
        }
        return List.copyOf(rows.values());
    }

    /// A row that does not open is left out, so that one damaged row spoils no mailbox.
    private static Optional<MessageRow> open(
            TenantId tenant, StoredSlot slot, Map<MessageId, RecordKey> summaryKeys) {
        @Nullable RecordKey key = summaryKeys.get(slot.message());
        if (key == null) {
            return Optional.empty();
        }
        try {
            Summary summary =
                    Summary.decode(key.open(slot.sealedSummary(), slot.headerHash().toBytes()));
            return Optional.of(
                    new MessageRow(
                            slot.message(),
                            slot.thread(),
                            Set.of(slot.message()),
                            summary.author(),
                            summary.authorAddress(),
                            summary.recipients(),
                            summary.subject(),
                            summary.preview(),
                            summary.attachments(),
                            slot.sent(),
                            slot.received() && slot.openedAt().isEmpty(),
                            slot.lock(),
                            slot.acceptedAt(),
                            slot.expiresAt()));
        } catch (OpeningFailedException e) {
            IntegrityLog.slot(IntegrityLog.Stored.SUMMARY, tenant, slot.message(), slot.mailbox());
            return Optional.empty();
        }
    }
}
