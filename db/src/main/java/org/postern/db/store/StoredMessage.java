package org.postern.db.store;

import java.time.Instant;
import java.util.Optional;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;

/// A delivered message, all but sizes, times and ids sealed.
///
/// @param header of its sealed object
/// @param certificate of the instance that sealed it, checked at delivery
/// @param contentBytes size of the content
/// @param sealedIndex the part index, under the data key
/// @param sealedAuthor what a notice calls the author, under the operations key
/// @param duplicateMac the same if the client hands it in again; if it has a Message-ID
public record StoredMessage(
        ThreadId thread,
        ObjectHeader header,
        InstanceCertificate certificate,
        long contentBytes,
        SealedRecord sealedIndex,
        SealedRecord sealedAuthor,
        Instant acceptedAt,
        Optional<Mac256> duplicateMac) {

    public TenantId tenant() {
        return new TenantId(header.tenant());
    }

    public MessageId id() {
        return new MessageId(header.object());
    }
}
