package org.postern.mail.delivery;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;
import org.postern.crypto.RecordKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.db.Envelope;

/// Addresses and names as the mail database keeps them, sealed under a tenant's operations key and
/// bound to their row.
public final class OperationsRecords {

    private final RecordKey operations;

    public OperationsRecords(RecordKey operations) {
        this.operations = operations;
    }

    /// Seals a mailbox's address.
    public SealedRecord sealAddress(
            UUID tenant, UUID mailbox, String address, SecureRandom random) {
        return operations.seal(
                address.getBytes(UTF_8), context("postern address", tenant, mailbox), random);
    }

    /// Opens a mailbox's address.
    public String openAddress(UUID tenant, UUID mailbox, SealedRecord address)
            throws OpeningFailedException {
        return new String(
                operations.open(address, context("postern address", tenant, mailbox)), UTF_8);
    }

    /// Seals what a notice calls a message's author.
    public SealedRecord sealAuthor(UUID tenant, UUID message, String author, SecureRandom random) {
        return operations.seal(
                author.getBytes(UTF_8), context("postern author", tenant, message), random);
    }

    /// Opens what a notice calls a message's author.
    public String openAuthor(UUID tenant, UUID message, SealedRecord author)
            throws OpeningFailedException {
        return new String(
                operations.open(author, context("postern author", tenant, message)), UTF_8);
    }

    /// Seals what notices say of a message's subject.
    public SealedRecord sealSubject(
            UUID tenant, UUID message, String subject, SecureRandom random) {
        return operations.seal(
                subject.getBytes(UTF_8), context("postern subject", tenant, message), random);
    }

    /// Opens what notices say of a message's subject.
    public String openSubject(UUID tenant, UUID message, SealedRecord subject)
            throws OpeningFailedException {
        return new String(
                operations.open(subject, context("postern subject", tenant, message)), UTF_8);
    }

    /// Seals what is kept of an SMTP envelope with a slot.
    public SealedRecord sealEnvelope(
            UUID tenant, UUID message, UUID mailbox, Envelope envelope, SecureRandom random) {
        return operations.seal(
                envelope.encode(), context("postern envelope", tenant, message, mailbox), random);
    }

    /// Opens what is kept of an SMTP envelope with a slot.
    public Envelope openEnvelope(UUID tenant, UUID message, UUID mailbox, SealedRecord envelope)
            throws OpeningFailedException {
        return Envelope.decode(
                operations.open(envelope, context("postern envelope", tenant, message, mailbox)));
    }

    private static byte[] context(String purpose, UUID... row) {
        byte[] name = purpose.getBytes(US_ASCII);
        ByteBuffer context = ByteBuffer.allocate(name.length + 1 + 16 * row.length);
        context.put(name).put((byte) 0);
        for (UUID id : row) {
            context.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
        }
        return context.array();
    }
}
