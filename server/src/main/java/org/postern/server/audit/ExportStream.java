package org.postern.server.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.Succession;
import org.postern.crypto.audit.Checkpoint;
import org.postern.crypto.audit.VerifierKey;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditChainStore;
import org.postern.db.store.ChainedEvent;
import org.postern.db.store.StoredCheckpoint;
import org.springframework.dao.DataAccessException;

/// An export as it is read from the database, a page at a time. The chain only grows and ends here
/// at a checkpoint, so pages read one after the other fit together without a long transaction.
final class ExportStream extends InputStream {

    private static final int PAGE = 500;

    private final AuditChainStore chain;
    private final TenantId tenant;
    private final long size;
    private byte[] page;
    private int position;
    private long next;

    ExportStream(AuditChainStore chain, TenantId tenant, Succession keys, StoredCheckpoint newest) {
        this.chain = chain;
        this.tenant = tenant;
        this.size = newest.size();
        StringBuilder first = new StringBuilder();
        add(first, header(tenant.value(), keys, newest.note()));
        this.page = first.toString().getBytes(UTF_8);
    }

    static ExportLine header(UUID tenant, Succession keys, String note) {
        return new ExportLine.Header(
                tenant,
                new VerifierKey(Checkpoint.origin(tenant), keys.newest()).text(),
                keys.keys().size() > 1
                        ? Optional.of(Base64.getEncoder().encodeToString(keys.encode()))
                        : Optional.empty(),
                note);
    }

    @Override
    public int read() throws IOException {
        return fill() ? page[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int taken = Math.min(length, page.length - position);
        System.arraycopy(page, position, into, offset, taken);
        position += taken;
        return taken;
    }

    private boolean fill() throws IOException {
        while (position == page.length) {
            if (next >= size) {
                return false;
            }
            long end = Math.min(next + PAGE, size);
            try {
                page =
                        lines(
                                chain.events(tenant, next, end),
                                chain.checkpoints(tenant, next, end).iterator());
            } catch (DataAccessException e) {
                throw new IOException("the database is away", e);
            }
            position = 0;
            next = end;
        }
        return true;
    }

    private static byte[] lines(List<ChainedEvent> events, Iterator<StoredCheckpoint> marks) {
        StringBuilder lines = new StringBuilder();
        StoredCheckpoint mark = marks.hasNext() ? marks.next() : null;
        for (ChainedEvent chained : events) {
            while (mark != null && mark.size() <= chained.sequence()) {
                add(lines, new ExportLine.Mark(mark.note()));
                mark = marks.hasNext() ? marks.next() : null;
            }
            add(lines, line(chained));
        }
        while (mark != null) {
            add(lines, new ExportLine.Mark(mark.note()));
            mark = marks.hasNext() ? marks.next() : null;
        }
        return lines.toString().getBytes(UTF_8);
    }

    private static ExportLine line(ChainedEvent chained) {
        return new ExportLine.Event(
                chained.sequence(),
                chained.event().event(),
                chained.event().happenedAt(),
                chained.event().kind(),
                chained.event().mailbox().map(MailboxId::value),
                chained.event().object(),
                ExportLine.Event.base64(chained.leafHash()));
    }

    private static void add(StringBuilder lines, ExportLine line) {
        lines.append(line.text()).append('\n');
    }
}
