package org.postern.db.store;

import java.util.Optional;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.Language;

/// A mailbox's owner, as far as notices to him go.
///
/// @param sealedAddress under the operations key
/// @param language his own, else his tenant's
/// @param rules of his tenant
/// @param returnDomain of his tenant, if it has one
public record StoredRecipient(
        SealedRecord sealedAddress,
        Language language,
        NoticeRules rules,
        Optional<String> returnDomain) {}
