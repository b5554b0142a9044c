package org.postern.keys.ledger;

import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.Seals;
import org.postern.crypto.ShredSecret;
import org.postern.crypto.SlotName;
import org.postern.crypto.Slots;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Admitted;
import org.postern.keys.KeyService.AdmittedMailbox;
import org.springframework.transaction.support.TransactionOperations;

/// Mail that comes in: one slot of the ledger for each mailbox that a message is for.
final class Admissions {

    private static final Comparator<Mac256> BY_BYTES =
            (one, other) -> Arrays.compare(one.toBytes(), other.toBytes());

    private final TransactionOperations transaction;
    private final Authority authority;
    private final SpoolKeys spoolKeys;
    private final Mailboxes mailboxes;
    private final ShredSecrets secrets;
    private final MessagePasswords passwords;
    private final MessagePhones phones;
    private final SecureRandom random;

    Admissions(
            TransactionOperations transaction,
            Authority authority,
            SpoolKeys spoolKeys,
            Mailboxes mailboxes,
            ShredSecrets secrets,
            MessagePasswords passwords,
            MessagePhones phones,
            SecureRandom random) {
        this.transaction = transaction;
        this.authority = authority;
        this.spoolKeys = spoolKeys;
        this.mailboxes = mailboxes;
        this.secrets = secrets;
        this.passwords = passwords;
        this.phones = phones;
        this.random = random;
    }

    Admitted admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord sealedEnvelope)
            throws OpeningFailedException {
        // Whoever can write to mail database and blob store can seal to the spool key, which is
        // public; only the seal tells our doors' objects from theirs.
        Seals.verify(object, slot, certificate, authority.succession());
        ObjectHeader header = object.header();
        DataKey dataKey = spoolKeys.open(slot, header);
        Envelope envelope =
                Envelope.decode(
                        dataKey.recordKey(KeyService.ENVELOPE).open(sealedEnvelope, header.hash()));
        TenantId tenant = new TenantId(header.tenant());
        if (!envelope.tenant().equals(tenant)) {
            throw new OpeningFailedException();
        }
        Map<Mac256, EmailAddress> addresses = addresses(tenant, envelope);
        Optional<List<AdmittedMailbox>> admitted =
                requireResult(
                        transaction.execute(_ -> {
                            Optional<Boolean> first = secrets.admit(header, slot.spoolKeyId());
                            if (first.isEmpty()) {
                                return Optional.empty(); // it has ended
                            }
                            Owned owned =
                                    first.get()
                                            ? admitFirst(header, envelope, addresses)
                                            : admitAgain(header, addresses.keySet());
                            List<AdmittedMailbox> slots = new ArrayList<>();
                            for (Mac256 address : addresses.keySet()) {
                                Mailboxes.@Nullable Mailbox mailbox = owned.mailboxes.get(address);
                                if (mailbox == null) {
                                    continue; // erased since
                                }
                                Optional.ofNullable(owned.secrets.get(mailbox.id()))
                                        .map(secret ->
                                                slot(
                                                        envelope, header, dataKey, address, mailbox,
                                                        secret))
                                        .ifPresent(slots::add);
                            }
                            return Optional.of(slots);
                        }));
        return new Admitted(dataKey, envelope, admitted.orElseThrow(OpeningFailedException::new));
    }

    /// @param mailboxes by the look-up value of their address
    /// @param secrets of those that may read
    private record Owned(
            Map<Mac256, Mailboxes.Mailbox> mailboxes, Map<MailboxId, VersionedSecret> secrets) {}

    /// @param mailboxVersion of the mailbox key that the slot is made with
    private record VersionedSecret(ShredSecret secret, int mailboxVersion) {}

    private Owned admitFirst(
            ObjectHeader header, Envelope envelope, Map<Mac256, EmailAddress> addresses) {
        TenantId tenant = new TenantId(header.tenant());
        Map<Mac256, Mailboxes.Mailbox> owners = findOrCreate(tenant, addresses);
        Map<MailboxId, ShredSecret> made =
                secrets.create(
                        tenant,
                        header.object(),
                        envelope.terms(),
                        owners.values().stream()
                                .map(mailbox ->
                                        new ShredSecrets.Wanted(
                                                mailbox.id(),
                                                mailbox.key().version(),
                                                isAuthor(envelope, mailbox.address())))
                                .toList());
        Map<MailboxId, VersionedSecret> readable = new HashMap<>();
        for (Mailboxes.Mailbox mailbox : owners.values()) {
            lock(header, envelope, mailbox, owners.values());
            Optional.ofNullable(made.get(mailbox.id()))
                    .ifPresent(secret ->
                            readable.put(
                                    mailbox.id(),
                                    new VersionedSecret(secret, mailbox.key().version())));
        }
        return new Owned(owners, readable);
    }

    /// Whoever was erased since the first admission gets no new mailbox, and what was shredded no
    /// new secret.
    private Owned admitAgain(ObjectHeader header, Set<Mac256> addresses) {
        TenantId tenant = new TenantId(header.tenant());
        Map<Mac256, Mailboxes.Mailbox> owners = mailboxes.find(tenant, addresses);
        Map<MailboxId, VersionedSecret> readable = new HashMap<>();
        for (Mailboxes.Mailbox mailbox : owners.values()) {
            secrets.find(tenant, header.object(), mailbox.id())
                    .ifPresent(found ->
                            readable.put(
                                    mailbox.id(),
                                    new VersionedSecret(found.secret(), found.mailboxVersion())));
        }
        return new Owned(owners, readable);
    }

    /// The author has written the message, and is asked for nothing.
    private void lock(
            ObjectHeader header,
            Envelope envelope,
            Mailboxes.Mailbox mailbox,
            Collection<Mailboxes.Mailbox> owners) {
        if (isAuthor(envelope, mailbox.address())) {
            return;
        }
        TenantId tenant = new TenantId(header.tenant());
        UUID object = header.object();
        Optional<MailboxId> author =
                owners.stream()
                        .filter(owner -> isAuthor(envelope, owner.address()))
                        .map(Mailboxes.Mailbox::id)
                        .findFirst();
        if (envelope.password().isPresent()) {
            passwords.create(tenant, object, mailbox.id(), author, envelope.password().get());
        } else if (envelope.phone().isPresent()) {
            phones.create(tenant, object, mailbox.id(), author, envelope.phone().get());
        }
    }

    private static boolean isAuthor(Envelope envelope, EmailAddress owner) {
        return envelope.author()
                .filter(author -> author.normalForm().equals(owner.normalForm()))
                .isPresent();
    }

    /// Each address once, by its look-up value: the recipients in the order given, then the author.
    private Map<Mac256, EmailAddress> addresses(TenantId tenant, Envelope envelope) {
        Map<Mac256, EmailAddress> addresses = new LinkedHashMap<>();
        Stream.concat(
                        envelope.recipients().stream().map(Envelope.Recipient::address),
                        envelope.author().stream())
                .forEach(address -> addresses.putIfAbsent(mailboxes.mac(tenant, address), address));
        return addresses;
    }

    /// Made in one order by everybody: two admissions that make the same mailboxes at once would
    /// otherwise wait for each other.
    private Map<Mac256, Mailboxes.Mailbox> findOrCreate(
            TenantId tenant, Map<Mac256, EmailAddress> addresses) {
        Map<Mac256, Mailboxes.Mailbox> owners = mailboxes.find(tenant, addresses.keySet());
        addresses.entrySet().stream()
                .filter(address -> !owners.containsKey(address.getKey()))
                .sorted(Map.Entry.comparingByKey(BY_BYTES))
                .forEach(address ->
                        owners.put(address.getKey(), mailboxes.create(tenant, address.getValue())));
        return owners;
    }

    private AdmittedMailbox slot(
            Envelope envelope,
            ObjectHeader header,
            DataKey dataKey,
            Mac256 addressMac,
            Mailboxes.Mailbox mailbox,
            VersionedSecret found) {
        SlotName name = SlotName.of(header, mailbox.id().value());
        ShredSecret secret = found.secret();
        // A second admission gives a slot of the same version, whatever has been rotated since:
        // the summary may be stored already.
        WrappingKey mailboxKey =
                mailboxes
                        .key(new TenantId(header.tenant()), mailbox, found.mailboxVersion())
                        .orElseThrow();
        String normal = mailbox.address().normalForm();
        return new AdmittedMailbox(
                mailbox.id(),
                mailbox.address(),
                addressMac,
                envelope.recipients().stream()
                        .anyMatch(recipient -> recipient.address().normalForm().equals(normal)),
                isAuthor(envelope, mailbox.address()),
                Slots.seal(dataKey, mailboxKey, secret, name, random),
                Slots.summaryKey(mailboxKey, secret, name));
    }

    private static <T> T requireResult(@Nullable T result) {
        return requireNonNull(result);
    }
}
