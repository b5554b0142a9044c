package org.postern.db.store;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.Language;

/// A mailbox's owner, as far as notices to him go.
///
/// @param sealedAddress under the operations key
/// @param language his own, else his tenant's
/// @param rules of his tenant
/// @param returnDomain of his tenant, if it has one
/// @param notices what he may be told of
public record StoredRecipient(
        SealedRecord sealedAddress,
        Language language,
        NoticeRules rules,
        Optional<String> returnDomain,
        List<StoredNotice> notices) {

    /// The same with what another row says.
    StoredRecipient with(StoredRecipient other) {
        return new StoredRecipient(
                sealedAddress,
                language,
                rules,
                returnDomain,
                Stream.concat(notices.stream(), other.notices.stream()).toList());
    }
}
