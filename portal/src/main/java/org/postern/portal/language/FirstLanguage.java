package org.postern.portal.language;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Optional;
import org.postern.db.Language;
import org.postern.db.MailboxId;
import org.postern.db.TenantId;
import org.postern.db.store.MailboxStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.http.HttpHeaders;

/// Learns from a browser what its reader reads, at the first sign-in.
public final class FirstLanguage {

    private static final Logger log = LoggerFactory.getLogger(FirstLanguage.class);

    private final MailboxStore mailboxes;

    FirstLanguage(MailboxStore mailboxes) {
        this.mailboxes = mailboxes;
    }

    /// Nobody is kept out for it: if the database is away, the next sign-in will do.
    public void learn(TenantId tenant, MailboxId mailbox, HttpServletRequest request) {
        Optional<Language> liked =
                Optional.ofNullable(request.getHeader(HttpHeaders.ACCEPT_LANGUAGE))
                        .flatMap(Language::accepted);
        try {
            liked.ifPresent(language -> mailboxes.updateLanguageIfNone(tenant, mailbox, language));
        } catch (DataAccessException e) {
            log.warn(
                    "a reader's language was not kept: tenant={} reason={}",
                    tenant,
                    e.getClass().getSimpleName());
        }
    }
}
