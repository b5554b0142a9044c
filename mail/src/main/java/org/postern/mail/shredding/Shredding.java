package org.postern.mail.shredding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.EmailAddress;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.mail.delivery.OperationsRecords;

/// Takes messages, people and organisations away for good, and changes until when a message can be
/// read. The key service goes first: from then on nothing opens, whatever becomes of us. Doing any
/// of it a second time finishes what a crash left. Thread-safe.
public final class Shredding {

    private static final String ERASED = "erased";
    private static final String ENDED = "tenant-ended";

    private final KeyService keys;
    private final Authority authority;
    private final MailDatabase database;
    private final Clock clock;
    private final SecureRandom random;

    public Shredding(
            KeyService keys,
            Authority authority,
            MailDatabase database,
            Clock clock,
            SecureRandom random) {
        this.keys = keys;
        this.authority = authority;
        this.database = database;
        this.clock = clock;
        this.random = random;
    }

    /// Shreds a message, and whatever was handed in again of the same mail.
    ///
    /// @param mailboxes for these; for all, the author too, if none is named
    public void recall(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {
        keys.destroy(tenant, message, mailboxes);
        for (MessageId duplicate : same(tenant, message, mailboxes)) {
            keys.destroy(tenant, duplicate, mailboxes);
        }
        if (mailboxes.isEmpty()) {
            database.notices().deleteSubject(tenant, message);
        }
    }

    /// Changes until when a message, and whatever was handed in again of the same mail, can be
    /// read.
    ///
    /// @param mailboxes by these; by all, the author too, if none is named
    /// @param until from when on it is refused; it is shredded after the tenant's grace
    public void expire(
            TenantId tenant, MessageId message, Set<MailboxId> mailboxes, Instant until) {
        ReadingTerms terms = database.tenants().rules(tenant).keeping().terms(until, false, false);
        expireOne(tenant, message, mailboxes, terms);
        for (MessageId duplicate : same(tenant, message, mailboxes)) {
            expireOne(tenant, duplicate, mailboxes, terms);
        }
    }

    private void expireOne(
            TenantId tenant, MessageId message, Set<MailboxId> mailboxes, ReadingTerms terms) {
        keys.expire(
                tenant,
                message,
                mailboxes,
                new KeyService.Dates(terms.refusedFrom(), terms.deletedFrom()));
        database.messages().expire(tenant, message, mailboxes, terms.refusedFrom());
    }

    /// Erases a person: the mailbox does not open any more, and nobody here can say whose it was.
    ///
    /// @return the mailbox, if the address had one
    public Optional<MailboxId> erase(TenantId tenant, EmailAddress address) {
        Authority.Lent lent = authority.lend(tenant);
        Mac256 mac = lent.index().mac(address.normalForm().getBytes(UTF_8));
        Optional<MailboxId> erased = keys.erase(tenant, address);
        // By the address as well: after a crash, or from a backup, the database may know of a
        // mailbox that the keys have erased already.
        Optional<MailboxId> known = erased.or(() -> database.mailboxes().find(tenant, mac));
        known.ifPresent(mailbox -> forget(tenant, mailbox, lent));
        return known;
    }

    private void forget(TenantId tenant, MailboxId mailbox, Authority.Lent lent) {
        OperationsRecords records = new OperationsRecords(lent.operations());
        database.transaction()
                .executeWithoutResult(_ -> {
                    for (MessageId message : database.messages().authored(tenant, mailbox)) {
                        database.messages()
                                .updateAuthor(
                                        tenant,
                                        message,
                                        records.sealAuthor(
                                                tenant.value(), message.value(), "", random));
                    }
                    database.jobs()
                            .discardAll(tenant, Optional.of(mailbox), ERASED, clock.instant());
                    database.mailboxes().erase(tenant, mailbox);
                });
    }

    /// Ends an organisation: nothing of it opens any more. Its host and domains may be another's.
    public void end(TenantId tenant) {
        keys.endTenant(tenant);
        database.transaction()
                .executeWithoutResult(_ -> {
                    database.jobs().discardAll(tenant, Optional.empty(), ENDED, clock.instant());
                    database.tenants().end(tenant, clock.instant());
                });
    }

    /// The mailbox of an address, if it has one.
    public Optional<MailboxId> mailbox(TenantId tenant, EmailAddress address) {
        return database.mailboxes()
                .find(
                        tenant,
                        authority.lend(tenant).index().mac(address.normalForm().getBytes(UTF_8)));
    }

    /// Under the lock of deliveries, and after the keys were told: a duplicate is either seen here,
    /// or its delivery sees that the message was recalled.
    private Set<MessageId> same(TenantId tenant, MessageId message, Set<MailboxId> mailboxes) {
        return requireNonNull(
                database.transaction()
                        .execute(_ -> {
                            database.threads().lock(tenant);
                            return database.duplicates().same(tenant, message, mailboxes);
                        }));
    }
}
