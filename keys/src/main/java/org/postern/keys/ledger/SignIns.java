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
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.springframework.transaction.support.TransactionOperations;

/// Readers who sign in and out.
final class SignIns {

    private final TransactionOperations transaction;
    private final SpoolKeys spoolKeys;
    private final Mailboxes mailboxes;
    private final Challenges challenges;
    private final ReadingKeys readers;
    private final LedgerAudit audit;

    SignIns(
            TransactionOperations transaction,
            SpoolKeys spoolKeys,
            Mailboxes mailboxes,
            Challenges challenges,
            ReadingKeys readers,
            LedgerAudit audit) {
        this.transaction = transaction;
        this.spoolKeys = spoolKeys;
        this.mailboxes = mailboxes;
        this.challenges = challenges;
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
                .map(mailbox -> {
                    Challenges.Challenge challenge =
                            requireResult(
                                    transaction.execute(_ ->
                                            challenges.issue(
                                                    tenant, mailbox.id(), request.browserMac())));
                    return new Issued(mailbox.address(), challenge.token(), challenge.code());
                });
    }

    Optional<Redeemed> redeem(TenantId tenant, Redemption redemption) {
        // Not one transaction: a wrong code's try stays spent, and a crash between the two only
        // costs a new link.
        return challenges
                .redeem(tenant, redemption)
                .map(mailbox -> {
                    audit.record(
                            tenant,
                            AuditKind.SIGN_IN_REDEEMED,
                            Optional.of(mailbox),
                            Optional.empty());
                    return readers.create(tenant, mailbox);
                });
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
