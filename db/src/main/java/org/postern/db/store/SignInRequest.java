package org.postern.db.store;

import java.time.Instant;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;

/// Somebody asked for a sign-in link.
///
/// @param header names tenant and request
/// @param spoolSlot the key of the record, sealed to the spool key
/// @param sealedAddress the address as typed
/// @param browserMac SHA-256 of the asking browser's binding
public record SignInRequest(
        ObjectHeader header,
        SpoolSlot spoolSlot,
        SealedRecord sealedAddress,
        Mac256 browserMac,
        Instant requestedAt) {}
