package org.postern.mail.reading;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.postern.crypto.ContentDamagedException;
import org.postern.db.IntegrityLog;
import org.postern.db.store.StoredMessage;

/// Content of a stored message, of which it is written down if a chunk does not open: whoever reads
/// it is only told that it ends here.
final class WatchedContent extends FilterInputStream {

    private final StoredMessage message;

    WatchedContent(StoredMessage message, InputStream content) {
        super(content);
        this.message = message;
    }

    @Override
    public int read() throws IOException {
        try {
            return super.read();
        } catch (ContentDamagedException e) {
            throw noted(e);
        }
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        try {
            return super.read(bytes, offset, length);
        } catch (ContentDamagedException e) {
            throw noted(e);
        }
    }

    private IOException noted(ContentDamagedException e) {
        IntegrityLog.message(IntegrityLog.Stored.MESSAGE, message.tenant(), message.id());
        return e;
    }
}
