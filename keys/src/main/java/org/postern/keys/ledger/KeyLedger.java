package org.postern.keys.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.Custody;
import org.postern.keys.KeyService;
import org.postern.keys.provider.KeyProvider;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

/// The key ledger with the two services that read it.
///
/// @param service for worker and portal
/// @param authority for every role
/// @param custody for whoever owns the machine
/// @param shredding shreds every slot whose time and grace are over, and says how many; to be done
///   now and then by whoever has the ledger
/// @param orphans looks, once a day at most, for secrets of messages that the mail database does
///   not have, and says how many were deleted
/// @param rotation of every level but the spool keys, which change by themselves each week
/// @param spoolKeyEnd of those that nothing needs any more; to be done now and then, likewise
/// @param inventory what keys there are
/// @param verifier whether all of them unwrap
public record KeyLedger(
        KeyService service,
        Authority authority,
        Custody custody,
        IntSupplier shredding,
        IntSupplier orphans,
        Rotation rotation,
        SpoolKeyEnd spoolKeyEnd,
        Inventory inventory,
        LedgerVerifier verifier) {

    private static final Logger log = LoggerFactory.getLogger(KeyLedger.class);

    /// Opens nothing yet: the ledger may be away.
    ///
    /// @param ledger the ledger's database
    /// @param transaction on the ledger's database
    /// @param provider keeps the root key, which wraps everything
    /// @param mail where openings and deletions are recorded
    public static KeyLedger of(
            JdbcClient ledger,
            TransactionOperations transaction,
            KeyProvider provider,
            MailDatabase mail,
            Clock clock,
            SecureRandom random) {
        return of(ledger, transaction, provider, mail, MailLimits.DEFAULT, _ -> {}, clock, random);
    }

    /// The same for an operator who has it otherwise, and for somebody who wants to hear of every
    /// step of a rotation.
    public static KeyLedger of(
            JdbcClient ledger,
            TransactionOperations transaction,
            KeyProvider provider,
            MailDatabase mail,
            MailLimits mailLimits,
            Consumer<Rotation.Step> steps,
            Clock clock,
            SecureRandom random) {
        RootKey root = new RootKey(provider);
        TenantKeys tenants = new TenantKeys(ledger, transaction, root, clock, random);
        SpoolKeys spoolKeys = new SpoolKeys(ledger, root, clock, random);
        Doors doors = new Doors(ledger, clock);
        SpoolKeyEnd spoolKeyEnd = new SpoolKeyEnd(ledger, doors, clock);
        SigningKeys signingKeys = new SigningKeys(ledger, root, clock, random);
        Deletions deletions =
                new Deletions(
                        ledger,
                        mail,
                        signingKeys,
                        new Shredder(ledger, transaction, tenants, clock),
                        new UuidV7(clock, random),
                        clock);
        Authority authority =
                new LedgerAuthority(
                        signingKeys,
                        tenants,
                        spoolKeys,
                        doors,
                        new AuditTrees(ledger, transaction),
                        new Configurations(ledger, clock),
                        deletions,
                        clock);
        LedgerKeyService service =
                new LedgerKeyService(
                        ledger,
                        transaction,
                        authority,
                        tenants,
                        spoolKeys,
                        deletions,
                        mail,
                        mailLimits,
                        clock,
                        random);
        UuidV7 ids = new UuidV7(clock, random);
        Custody custody =
                new LedgerCustody(
                        new Mailboxes(ledger, tenants, ids, clock, random),
                        new ShredSecrets(ledger, tenants, clock, random),
                        mail.audit(),
                        ids,
                        clock);
        return new KeyLedger(
                service,
                authority,
                custody,
                service::shredDue,
                new Orphans(ledger, mail, clock)::collectIfDue,
                new Rotation(ledger, transaction, root, tenants, signingKeys, steps, clock, random),
                spoolKeyEnd,
                new Inventory(ledger, root, spoolKeyEnd, clock),
                new LedgerVerifier(ledger, root, signingKeys, tenants, random));
    }

    /// Shreds what is due, and what belongs to nothing.
    public void shredDue() {
        int shredded = shredding.getAsInt();
        if (shredded > 0) {
            log.info("messages shredded, their time being over: slots={}", shredded);
        }
        int orphaned = orphans.getAsInt();
        if (orphaned > 0) {
            log.info("shred secrets of messages that are not there deleted: slots={}", orphaned);
        }
    }

    /// The names of the key providers that have wrapped something in this ledger; none while it is
    /// empty.
    ///
    /// @throws org.springframework.dao.DataAccessException if the ledger is away or was never
    ///   migrated
    public static Set<String> providers(JdbcClient ledger) {
        return RootKey.providers(ledger);
    }
}
