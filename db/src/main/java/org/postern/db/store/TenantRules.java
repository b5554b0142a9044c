package org.postern.db.store;

/// All that a tenant has decided about mail.
///
/// @param mail that comes in
/// @param notices that go out
public record TenantRules(MailRules mail, NoticeRules notices) {}
