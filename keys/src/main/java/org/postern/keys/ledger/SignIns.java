package org.postern.keys.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.DataKey;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.EmailAddress;
import org.postern.db.MalformedAddressException;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Issued;
import org.postern.keys.KeyService.Outcome;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.KeyService.Visitor;
import org.springframework.transaction.support.TransactionOperations;

/// Readers who sign in and out.
final class SignIns {

    private final TransactionOperations transaction;
    private final SpoolKeys spoolKeys;
    private final Mailboxes mailboxes;
    private final Challenges challenges;
    private final IssuedMails issuedMails;
    private final Entrance entrance;
    private final ReadingKeys readers;
    private final LedgerAudit audit;

    SignIns(
            TransactionOperations transaction,
            SpoolKeys spoolKeys,
            Mailboxes mailboxes,
            Challenges challenges,
            IssuedMails issuedMails,
            Entrance entrance,
            ReadingKeys readers,
            LedgerAudit audit) {
        this.transaction = transaction;
        this.spoolKeys = spoolKeys;
        this.mailboxes = mailboxes;
        this.challenges = challenges;
        this.issuedMails = issuedMails;
        this.entrance = entrance;
        this.readers = readers;
        this.audit = audit;
    }

    Optional<Issued> issue(SignInRequest request) throws OpeningFailedException {
        ObjectHeader header = request.header();
        DataKey key = spoolKeys.open(request.spoolSlot(), header);
        byte[] typed =
                key.recordKey(KeyService.ADDRESS).open(request.sealedAddress(), header.hash());
        TenantId tenant = new TenantId(header.tenant());
        EmailAddress address;
        try {
            address = EmailAddress.parse(new String(typed, UTF_8));
        } catch (MalformedAddressException e) {
            return Optional.empty();
        }
        return mailboxes
                .find(tenant, address)
                // Whoever asks once more has the mails of the last hour, and their links stay good.
                .filter(mailbox -> issuedMails.mayIssue(tenant, mailbox.id(), header.object()))
                .map(mailbox -> {
                    Challenges.Challenge challenge =
                            requireResult(
                                    transaction.execute(_ ->
                                            challenges.issue(
                                                    tenant, mailbox.id(), request.browserMac())));
                    return new Issued(mailbox.address(), challenge.token(), challenge.code());
                });
    }

    Optional<Outcome> redeem(TenantId tenant, Redemption redemption, Visitor visitor) {
        // Not one transaction: a wrong code's try stays spent, and a crash in between only costs a
        // new link.
        return entrance.redeem(tenant, redemption, visitor);
    }

    void end(TenantId tenant, ReadingKey reader) {
        readers.delete(tenant, reader)
                .ifPresent(mailbox ->
                        audit.record(
                                tenant,
                                AuditKind.SESSION_ENDED,
                                Optional.of(mailbox),
                                Optional.empty()));
    }

    private static <T> T requireResult(@Nullable T result) {
        return requireNonNull(result);
    }
}
