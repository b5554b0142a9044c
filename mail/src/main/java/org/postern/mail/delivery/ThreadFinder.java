package org.postern.mail.delivery;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.SequencedSet;
import org.postern.crypto.MacKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;
import org.postern.db.store.ThreadStore;
import org.postern.mail.mime.HeaderSection;

/// Finds the thread a message belongs to by Message-ID, In-Reply-To and References (RFC 5322,
/// section 3.6.4), whichever of two linked messages comes first.
final class ThreadFinder {

    /// A References field may name hundreds; the nearest ancestors are enough to find the thread.
    private static final int MOST_REFERENCES = 50;

    private final ThreadStore threads;
    private final UuidV7 ids;

    ThreadFinder(ThreadStore threads, UuidV7 ids) {
        this.threads = threads;
        this.ids = ids;
    }

    /// The msg-ids a message mentions, its own first, then its nearest ancestors.
    static SequencedSet<Mac256> mentions(HeaderSection header, MacKey index) {
        SequencedSet<String> msgIds = new LinkedHashSet<>();
        header.messageId().ifPresent(msgIds::add);
        msgIds.addAll(header.inReplyTo());
        msgIds.addAll(header.references().reversed());
        SequencedSet<Mac256> macs = new LinkedHashSet<>();
        msgIds.stream()
                .limit(MOST_REFERENCES)
                .map(msgId -> index.mac(("msg-id " + msgId).getBytes(UTF_8)))
                .forEach(macs::add);
        return macs;
    }

    /// The thread that mentions one of these, or a new one; in the caller's transaction.
    Found find(TenantId tenant, SequencedSet<Mac256> mentions, Instant now) {
        // Two messages of one thread delivered at once must not begin two threads.
        threads.lock(tenant, mentions);
        Optional<ThreadId> known = threads.find(tenant, mentions);
        if (known.isPresent()) {
            threads.mention(tenant, known.get(), mentions);
            return new Found(known.get(), false);
        }
        ThreadId begun = new ThreadId(ids.next());
        threads.begin(tenant, begun, mentions, now);
        return new Found(begun, true);
    }

    /// @param begun whether it is new: nothing is in it yet
    record Found(ThreadId thread, boolean begun) {}
}
