package org.postern.db.store;

import org.postern.db.Language;

/// What a tenant has decided about the mail that tells people of messages.
///
/// @param language of whoever has not chosen one
public record NoticeRules(Language language) {}
