package org.postern.db.store;

import java.time.Instant;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;

/// A message handed over and not yet delivered: all of it sealed.
///
/// @param header of the sealed object; its object id is the spool id
/// @param certificate of the instance that sealed it
/// @param spoolSlot the data key, sealed to the spool key
/// @param sealedEnvelope the SMTP envelope, sealed under the data key
/// @param arrivedAt when it was handed over
/// @param attempt which try at delivery this is, from 1; the fence against a worker whose lease ran
///   out
public record Arrival(
        ObjectHeader header,
        InstanceCertificate certificate,
        SpoolSlot spoolSlot,
        SealedRecord sealedEnvelope,
        Instant arrivedAt,
        int attempt) {}
