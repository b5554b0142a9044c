package org.postern.mail.reading;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.Content;
import org.postern.crypto.ContentDamagedException;
import org.postern.crypto.DataKey;
import org.postern.crypto.Opener;
import org.postern.crypto.SealedSource;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.IntegrityLog;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.DamagedRowException;
import org.postern.db.store.MailRules;
import org.postern.db.store.MessageStore;
import org.postern.db.store.StoredMessage;
import org.postern.db.store.StoredSlot;
import org.postern.db.store.Tenant;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.ObjectName;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.door.Door;
import org.postern.mail.mime.PartIndex;

/// Opens stored messages for the owners of their mailboxes; the key service records each opening.
/// Thread-safe.
public final class Reading {

    private final KeyService keys;
    private final MessageStore messages;
    private final BlobStore blobs;
    private final Door door;
    private final Clock clock;

    public Reading(
            KeyService keys, MessageStore messages, BlobStore blobs, Door door, Clock clock) {
        this.keys = keys;
        this.messages = messages;
        this.blobs = blobs;
        this.door = door;
        this.clock = clock;
    }

    /// Opens a message. The caller closes it.
    ///
    /// @return empty if this reader has no such message, whoever else may have it
    /// @throws NotSignedInException if the reading key is no more
    /// @throws MessageLockedException if the message asks for a password first
    /// @throws OpeningFailedException if what is stored is not what was sealed, or was shredded
    /// @throws IOException if the object cannot be read now
    public Optional<OpenedMessage> open(Reader reader, MessageId id)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        @Nullable StoredSlot slot;
        @Nullable StoredMessage message;
        try {
            slot = messages.findSlot(reader.tenant(), id, reader.mailbox()).orElse(null);
            message = messages.find(reader.tenant(), id).orElse(null);
        } catch (DamagedRowException e) {
            IntegrityLog.message(IntegrityLog.Stored.MESSAGE_ROW, reader.tenant(), id);
            throw new OpeningFailedException();
        }
        if (slot == null || message == null) {
            return Optional.empty();
        }
        ObjectName name = new ObjectName(id, message.header().digest());
        DataKey dataKey = keys.open(reader.tenant(), reader.key(), name, slot.slot());
        OpenedMessage opened;
        Instant now = clock.instant();
        try {
            opened = opened(message, slot, dataKey, now);
        } catch (OpeningFailedException | ContentDamagedException e) {
            IntegrityLog.message(IntegrityLog.Stored.MESSAGE, reader.tenant(), id);
            throw e;
        }
        try {
            messages.markOpened(reader.tenant(), id, reader.mailbox(), now);
            return Optional.of(opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private OpenedMessage opened(
            StoredMessage message, StoredSlot slot, DataKey dataKey, Instant now)
            throws IOException, OpeningFailedException {
        PartIndex index =
                PartIndex.decode(
                        dataKey.recordKey(Delivery.PART_INDEX)
                                .open(message.sealedIndex(), message.header().hash()));
        Content content = content(message, dataKey);
        try {
            return new OpenedMessage(
                    message, slot, expiresAt(slot, now), content, index, rules(message.tenant()));
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    /// A message to be read once has little time from its first opening on, which is this one if
    /// there was none before: see [MessageStore#markOpened].
    private static Optional<Instant> expiresAt(StoredSlot slot, Instant now) {
        Instant soon = now.plus(ReadingTerms.READ_ONCE_TIME);
        return slot.readOnce() && slot.openedAt().isEmpty()
                ? slot.expiresAt().filter(soon::isAfter).or(() -> Optional.of(soon))
                : slot.expiresAt();
    }

    private MailRules rules(TenantId tenant) {
        return door.standing()
                .flatMap(standing -> standing.snapshot().tenant(tenant))
                .map(Tenant::rules)
                .orElse(MailRules.DEFAULT);
    }

    private Content content(StoredMessage message, DataKey dataKey)
            throws IOException, OpeningFailedException {
        // The row names the instance that sealed; a row somebody else wrote has no certificate that
        // verifies.
        message.certificate()
                .verify(
                        door.standing().orElseThrow(OpeningFailedException::new).authority(),
                        message.header());
        SealedSource source =
                blobs.find(message.tenant(), message.id())
                        .orElseThrow(() -> new IOException("object not in the blob store"));
        try {
            return Opener.open(
                    source,
                    message.tenant().value(),
                    message.id().value(),
                    dataKey,
                    message.certificate().key());
        } catch (IOException | OpeningFailedException | RuntimeException e) {
            source.close();
            throw e;
        }
    }
}
