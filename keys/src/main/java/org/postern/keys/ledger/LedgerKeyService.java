package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.DataKey;
import org.postern.crypto.InstanceCertificate;
import org.postern.crypto.RecordKey;
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
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.IntegrityLog;
import org.postern.db.MailboxId;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.AuditStore;
import org.postern.db.store.Deletion.What;
import org.postern.db.store.SignInRequest;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// The key service in this process, on the key ledger.
final class LedgerKeyService implements KeyService {

    private static final Comparator<Mac256> BY_BYTES =
            (one, other) -> Arrays.compare(one.toBytes(), other.toBytes());

    private final TransactionOperations transaction;
    private final Authority authority;
    private final SpoolKeys spoolKeys;
    private final Mailboxes mailboxes;
    private final ShredSecrets secrets;
    private final MessagePasswords passwords;
    private final Challenges challenges;
    private final ReadingKeys readers;
    private final Deletions deletions;
    private final TenantKeys tenants;
    private final AuditStore audit;
    private final UuidV7 ids;
    private final Clock clock;
    private final SecureRandom random;

    LedgerKeyService(
            JdbcClient ledger,
            TransactionOperations transaction,
            Authority authority,
            TenantKeys tenants,
            SpoolKeys spoolKeys,
            Deletions deletions,
            AuditStore audit,
            Clock clock,
            SecureRandom random) {
        this.transaction = transaction;
        this.authority = authority;
        this.tenants = tenants;
        this.spoolKeys = spoolKeys;
        this.deletions = deletions;
        this.audit = audit;
        this.clock = clock;
        this.random = random;
        this.ids = new UuidV7(clock, random);
        this.mailboxes = new Mailboxes(ledger, tenants, ids, clock, random);
        this.secrets = new ShredSecrets(ledger, tenants, clock, random);
        this.passwords = new MessagePasswords(ledger, tenants, random);
        this.challenges = new Challenges(ledger, ids, clock, random);
        this.readers = new ReadingKeys(ledger, clock, random);
    }

    @Override
    public Admitted admit(
            ObjectPreamble object,
            InstanceCertificate certificate,
            SpoolSlot slot,
            SealedRecord sealedEnvelope)
            throws OpeningFailedException {
        deletions.requireRepeated();
        // Whoever can write to mail database and blob store can seal to the spool key, which is
        // public; only the seal tells our doors' objects from theirs.
        Seals.verify(object, slot, certificate, authority.publicKey());
        ObjectHeader header = object.header();
        DataKey dataKey = openSpoolSlot(slot, header);
        Envelope envelope =
                Envelope.decode(dataKey.recordKey(ENVELOPE).open(sealedEnvelope, header.hash()));
        TenantId tenant = new TenantId(header.tenant());
        if (!envelope.tenant().equals(tenant)) {
            throw new OpeningFailedException();
        }
        Map<Mac256, EmailAddress> addresses = addresses(tenant, envelope);
        Optional<List<AdmittedMailbox>> admitted =
                requireResult(
                        transaction.execute(_ -> {
                            if (!tenants.hold(tenant)) {
                                return Optional.empty(); // it has ended
                            }
                            boolean first = secrets.admit(header, slot.spoolKeyId());
                            Map<Mac256, Mailboxes.Mailbox> owners =
                                    first
                                            ? findOrCreate(tenant, addresses)
                                            : find(tenant, addresses);
                            List<AdmittedMailbox> slots = new ArrayList<>();
                            for (Mac256 address : addresses.keySet()) {
                                Mailboxes.@Nullable Mailbox mailbox = owners.get(address);
                                if (mailbox == null) {
                                    continue; // erased since
                                }
                                if (first) {
                                    secrets.create(
                                            tenant,
                                            header.object(),
                                            mailbox.id(),
                                            mailbox.key().version(),
                                            terms(envelope, mailbox.address()),
                                            isAuthor(envelope, mailbox.address()));
                                    lock(header, envelope, mailbox, owners.values());
                                }
                                secrets.find(tenant, header.object(), mailbox.id())
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

    @Override
    public Optional<Issued> issue(SignInRequest request) throws OpeningFailedException {
        deletions.requireRepeated();
        ObjectHeader header = request.header();
        DataKey key = openSpoolSlot(request.spoolSlot(), header);
        byte[] typed = key.recordKey(ADDRESS).open(request.sealedAddress(), header.hash());
        TenantId tenant = new TenantId(header.tenant());
        EmailAddress address;
        try {
            address = EmailAddress.parse(new String(typed, UTF_8));
        } catch (MalformedAddressException e) {
            return Optional.empty();
        }
        return mailboxes
                .find(tenant, address)
                .map(mailbox -> {
                    Challenges.Challenge challenge =
                            requireResult(
                                    transaction.execute(_ ->
                                            challenges.issue(
                                                    tenant, mailbox.id(), request.browserMac())));
                    return new Issued(mailbox.address(), challenge.token(), challenge.code());
                });
    }

    @Override
    public Optional<Redeemed> redeem(TenantId tenant, Redemption redemption) {
        deletions.requireRepeated();
        // Not one transaction: a wrong code's try stays spent, and a crash between the two only
        // costs a new link.
        return challenges
                .redeem(tenant, redemption)
                .map(mailbox -> {
                    record(
                            tenant,
                            AuditKind.SIGN_IN_REDEEMED,
                            Optional.of(mailbox),
                            Optional.empty());
                    return readers.create(tenant, mailbox);
                });
    }

    @Override
    public Map<MessageId, RecordKey> summaries(
            TenantId tenant, ReadingKey reader, Set<ObjectName> page) throws NotSignedInException {
        Mailboxes.Mailbox mailbox = mailbox(tenant, reader);
        Set<UUID> objects =
                page.stream().map(name -> name.message().value()).collect(Collectors.toSet());
        Map<UUID, ShredSecrets.Found> found = secrets.find(tenant, mailbox.id(), objects);
        Map<Integer, Optional<WrappingKey>> versions = new HashMap<>();
        Map<MessageId, RecordKey> keys = new HashMap<>();
        for (ObjectName name : page) {
            ShredSecrets.@Nullable Found secret = found.get(name.message().value());
            if (secret != null) {
                versions.computeIfAbsent(
                                secret.mailboxVersion(),
                                version -> mailboxes.key(tenant, mailbox, version))
                        .ifPresent(key ->
                                keys.put(
                                        name.message(),
                                        Slots.summaryKey(
                                                key,
                                                secret.secret(),
                                                name(tenant, name, mailbox.id()))));
            }
        }
        return keys;
    }

    @Override
    public DataKey open(TenantId tenant, ReadingKey reader, ObjectName object, Slot slot)
            throws NotSignedInException, MessageLockedException, OpeningFailedException {
        Mailboxes.Mailbox mailbox = mailbox(tenant, reader);
        if (passwords.find(tenant, object.message().value(), mailbox.id(), reader).isPresent()) {
            throw new MessageLockedException();
        }
        ShredSecrets.Found secret = secret(tenant, mailbox, object);
        DataKey key = open(tenant, mailbox, secret, object, slot);
        secret.onceUntil()
                .ifPresent(until -> readOnce(tenant, object.message(), mailbox.id(), until));
        record(
                tenant,
                AuditKind.MESSAGE_OPENED,
                Optional.of(mailbox.id()),
                Optional.of(object.message().value()));
        return key;
    }

    /// A secret that was changed is one more way in which opening fails; it is in the log.
    private ShredSecrets.Found secret(TenantId tenant, Mailboxes.Mailbox mailbox, ObjectName object)
            throws OpeningFailedException {
        try {
            return secrets.find(tenant, object.message().value(), mailbox.id())
                    .orElseThrow(OpeningFailedException::new);
        } catch (DamagedLedgerException e) {
            throw new OpeningFailedException();
        }
    }

    private DataKey open(
            TenantId tenant,
            Mailboxes.Mailbox mailbox,
            ShredSecrets.Found secret,
            ObjectName object,
            Slot slot)
            throws OpeningFailedException {
        try {
            return Slots.open(
                    slot,
                    mailboxes
                            .key(tenant, mailbox, slot.version())
                            .orElseThrow(OpeningFailedException::new),
                    secret.secret(),
                    name(tenant, object, mailbox.id()));
        } catch (DamagedLedgerException e) {
            throw new OpeningFailedException();
        } catch (OpeningFailedException e) {
            IntegrityLog.slot(IntegrityLog.Stored.SLOT, tenant, object.message(), mailbox.id());
            throw e;
        }
    }

    @Override
    public Optional<Lock> lock(TenantId tenant, ReadingKey reader, MessageId message)
            throws NotSignedInException {
        return passwords.find(tenant, message.value(), readerOf(tenant, reader), reader);
    }

    @Override
    public Optional<Lock> unlock(
            TenantId tenant, ReadingKey reader, MessageId message, String password)
            throws NotSignedInException {
        MailboxId mailbox = readerOf(tenant, reader);
        Optional<Lock> lock = passwords.find(tenant, message.value(), mailbox, reader);
        if (lock.isEmpty()
                || passwords.unlock(tenant, message.value(), mailbox, reader, password)) {
            return Optional.empty();
        }
        record(
                tenant,
                AuditKind.PASSWORD_WRONG,
                Optional.of(mailbox),
                Optional.of(message.value()));
        return passwords.find(tenant, message.value(), mailbox, reader);
    }

    @Override
    public boolean relock(
            TenantId tenant, ReadingKey reader, MessageId message, MessagePassword password)
            throws NotSignedInException {
        MailboxId author = readerOf(tenant, reader);
        boolean changed =
                requireResult(
                        transaction.execute(
                                _ -> passwords.change(tenant, message.value(), author, password)));
        if (changed) {
            record(
                    tenant,
                    AuditKind.PASSWORD_CHANGED,
                    Optional.of(author),
                    Optional.of(message.value()));
        }
        return changed;
    }

    @Override
    public Owner own(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        Mailboxes.Mailbox mailbox = mailbox(tenant, reader);
        return new Owner(mailbox.id(), mailbox.address());
    }

    @Override
    public void destroy(TenantId tenant, MessageId message, Set<MailboxId> mailboxIds) {
        deletions.requireRepeated();
        deletions.carryOut(
                tenant,
                AuditKind.MESSAGE_RECALLED,
                each(mailboxIds).map(mailbox -> new What.Message(message, mailbox)).toList());
    }

    @Override
    public void expire(TenantId tenant, MessageId message, Set<MailboxId> mailboxIds, Dates dates) {
        deletions.requireRepeated();
        deletions.carryOut(
                tenant,
                AuditKind.MESSAGE_EXPIRY_CHANGED,
                each(mailboxIds)
                        .map(mailbox ->
                                new What.Dates(
                                        message, mailbox, dates.refusedFrom(), dates.deletedFrom()))
                        .toList());
    }

    @Override
    public void expireOwn(
            TenantId tenant,
            ReadingKey author,
            MessageId message,
            Set<MailboxId> mailboxIds,
            Dates dates)
            throws NotSignedInException, OpeningFailedException {
        if (!secrets.isAuthor(tenant, message, mailbox(tenant, author).id())) {
            throw new OpeningFailedException();
        }
        expire(tenant, message, mailboxIds, dates);
    }

    @Override
    public Optional<MailboxId> erase(TenantId tenant, EmailAddress address) {
        deletions.requireRepeated();
        Optional<MailboxId> mailbox = mailboxes.find(tenant, address).map(Mailboxes.Mailbox::id);
        mailbox.ifPresent(found ->
                deletions.carryOut(
                        tenant, AuditKind.MAILBOX_ERASED, List.of(new What.Mailbox(found))));
        return mailbox;
    }

    @Override
    public void endTenant(TenantId tenant) {
        deletions.requireRepeated();
        deletions.carryOut(tenant, AuditKind.TENANT_ENDED, List.of(new What.Tenant()));
    }

    /// All of them, if none is named.
    private static Stream<Optional<MailboxId>> each(Set<MailboxId> mailboxIds) {
        return mailboxIds.isEmpty()
                ? Stream.of(Optional.empty())
                : mailboxIds.stream().map(Optional::of);
    }

    /// Who reads, once nothing is left to be repeated.
    private MailboxId readerOf(TenantId tenant, ReadingKey reader) throws NotSignedInException {
        deletions.requireRepeated();
        return readers.mailbox(tenant, reader);
    }

    private Mailboxes.Mailbox mailbox(TenantId tenant, ReadingKey reader)
            throws NotSignedInException {
        return mailboxes.get(tenant, readerOf(tenant, reader));
    }

    /// Its time is short from now on, and nothing gives it back.
    private void readOnce(TenantId tenant, MessageId message, MailboxId mailbox, Instant until) {
        deletions.carryOutSilently(
                tenant, new What.Dates(message, Optional.of(mailbox), until, until));
        secrets.opened(tenant, message.value(), mailbox);
    }

    /// Shreds every slot whose time and grace are over.
    ///
    /// @return how many
    int shredDue() {
        deletions.requireRepeated();
        return secrets.deleteDue();
    }

    @Override
    public void end(TenantId tenant, ReadingKey reader) {
        readers.delete(tenant, reader)
                .ifPresent(mailbox ->
                        record(
                                tenant,
                                AuditKind.SESSION_ENDED,
                                Optional.of(mailbox),
                                Optional.empty()));
    }

    private void record(
            TenantId tenant, AuditKind kind, Optional<MailboxId> mailbox, Optional<UUID> object) {
        audit.insert(tenant, ids.next(), kind, mailbox, object, clock.instant());
    }

    /// The author has written the message, and is not asked for its password.
    private void lock(
            ObjectHeader header,
            Envelope envelope,
            Mailboxes.Mailbox mailbox,
            Collection<Mailboxes.Mailbox> owners) {
        if (envelope.password().isEmpty() || isAuthor(envelope, mailbox.address())) {
            return;
        }
        passwords.create(
                new TenantId(header.tenant()),
                header.object(),
                mailbox.id(),
                owners.stream()
                        .filter(owner -> isAuthor(envelope, owner.address()))
                        .map(Mailboxes.Mailbox::id)
                        .findFirst(),
                envelope.password().get());
    }

    private static boolean isAuthor(Envelope envelope, EmailAddress owner) {
        return envelope.author()
                .filter(author -> author.normalForm().equals(owner.normalForm()))
                .isPresent();
    }

    private static Optional<ReadingTerms> terms(Envelope envelope, EmailAddress owner) {
        return isAuthor(envelope, owner)
                ? envelope.terms().map(ReadingTerms::forAuthor)
                : envelope.terms();
    }

    private DataKey openSpoolSlot(SpoolSlot slot, ObjectHeader header)
            throws OpeningFailedException {
        return spoolKeys
                .find(slot.spoolKeyId())
                .orElseThrow(OpeningFailedException::new)
                .open(slot, header);
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

    /// Those who have a mailbox; whoever was erased since the first admission gets no new one.
    private Map<Mac256, Mailboxes.Mailbox> find(
            TenantId tenant, Map<Mac256, EmailAddress> addresses) {
        Map<Mac256, Mailboxes.Mailbox> owners = new HashMap<>();
        addresses.forEach((mac, address) ->
                mailboxes.find(tenant, address).ifPresent(found -> owners.put(mac, found)));
        return owners;
    }

    /// In one order for everybody: two admissions that make the same mailboxes at once would
    /// otherwise wait for each other.
    private Map<Mac256, Mailboxes.Mailbox> findOrCreate(
            TenantId tenant, Map<Mac256, EmailAddress> addresses) {
        Map<Mac256, Mailboxes.Mailbox> owners = new HashMap<>();
        addresses.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(BY_BYTES))
                .forEach(address ->
                        owners.put(
                                address.getKey(),
                                mailboxes.findOrCreate(tenant, address.getValue())));
        return owners;
    }

    private AdmittedMailbox slot(
            Envelope envelope,
            ObjectHeader header,
            DataKey dataKey,
            Mac256 addressMac,
            Mailboxes.Mailbox mailbox,
            ShredSecrets.Found found) {
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

    private static SlotName name(TenantId tenant, ObjectName object, MailboxId mailbox) {
        return new SlotName(
                tenant.value(), object.message().value(), mailbox.value(), object.headerHash());
    }

    private static <T> T requireResult(@Nullable T result) {
        return requireNonNull(result);
    }
}
