package org.postern.notifications.words;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Locale;
import java.util.Optional;
import org.postern.db.EmailAddress;
import org.postern.db.Language;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;

/// In which language to write to somebody: the mailbox's own, else the tenant's. Thread-safe.
public final class Languages {

    private final MailDatabase database;
    private final Authority authority;

    public Languages(MailDatabase database, Authority authority) {
        this.database = database;
        this.authority = authority;
    }

    /// That of a mailbox's owner.
    public Locale of(TenantId tenant, MailboxId mailbox) {
        return locale(tenant, database.mailboxes().language(tenant, mailbox));
    }

    /// That of whoever has this address, which need not have a mailbox here.
    public Locale of(TenantId tenant, EmailAddress address) {
        return locale(
                tenant,
                mailbox(tenant, address)
                        .flatMap(mailbox -> database.mailboxes().language(tenant, mailbox)));
    }

    /// The mailbox of this address, if it has one.
    public Optional<MailboxId> mailbox(TenantId tenant, EmailAddress address) {
        return database.mailboxes()
                .find(
                        tenant,
                        authority.lend(tenant).index().mac(address.normalForm().getBytes(UTF_8)));
    }

    private Locale locale(TenantId tenant, Optional<Language> own) {
        return own.orElseGet(() -> database.tenants().noticeRules(tenant).language()).locale();
    }
}
