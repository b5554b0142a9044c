package org.postern.db.store;

import org.postern.crypto.sealed.Mac256;

/// An audit event and its place.
///
/// @param leafHash what was chained; whether it fits the event is for the verifier to say
public record ChainedEvent(long sequence, AuditEvent event, Mac256 leafHash) {}
