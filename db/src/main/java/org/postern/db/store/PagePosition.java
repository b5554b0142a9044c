package org.postern.db.store;

import java.time.Instant;
import org.postern.db.MessageId;

/// Where a page of messages ended: the next begins behind it. Holds however many messages come in
/// between.
public record PagePosition(Instant acceptedAt, MessageId message) {}
