package org.postern.keys.ledger;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.store.AuditStore;
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
/// @param rotation of every level but the spool keys, which change by themselves each week
/// @param spoolKeyEnd of those that nothing needs any more; to be done now and then, likewise
/// @param inventory what keys there are
/// @param verifier whether all of them unwrap
public record KeyLedger(
        KeyService service,
        Authority authority,
        Custody custody,
        IntSupplier shredding,
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
    /// @param audit where openings are recorded, in the mail database
    public static KeyLedger of(
            JdbcClient ledger,
            TransactionOperations transaction,
            KeyProvider provider,
            AuditStore audit,
            Clock clock,
            SecureRandom random) {
        return of(ledger, transaction, provider, audit, _ -> {}, clock, random);
    }

    /// The same for somebody who wants to hear of every step of a rotation.
    public static KeyLedger of(
            JdbcClient ledger,
            TransactionOperations transaction,
            KeyProvider provider,
            AuditStore audit,
            Consumer<Rotation.Step> steps,
            Clock clock,
            SecureRandom random) {
        RootKey root = new RootKey(provider);
        TenantKeys tenants = new TenantKeys(ledger, transaction, root, clock, random);
        SpoolKeys spoolKeys = new SpoolKeys(ledger, root, clock, random);
        Doors doors = new Doors(ledger, clock);
        SpoolKeyEnd spoolKeyEnd = new SpoolKeyEnd(ledger, doors, clock);
        Authority authority =
                new LedgerAuthority(
                        ledger,
                        tenants,
                        spoolKeys,
                        doors,
                        new AuditTrees(ledger, transaction),
                        root,
                        clock,
                        random);
        LedgerKeyService service =
                new LedgerKeyService(
                        ledger, transaction, authority, tenants, spoolKeys, audit, clock, random);
        UuidV7 ids = new UuidV7(clock, random);
        Custody custody =
                new LedgerCustody(
                        new Mailboxes(ledger, tenants, ids, clock, random),
                        new ShredSecrets(ledger, tenants, clock, random),
                        audit,
                        ids,
                        clock);
        return new KeyLedger(
                service,
                authority,
                custody,
                service::shredDue,
                new Rotation(ledger, transaction, root, tenants, steps, clock, random),
                spoolKeyEnd,
                new Inventory(ledger, root, spoolKeyEnd, clock),
                new LedgerVerifier(ledger, root, tenants, random));
    }

    /// Shreds what is due.
    public void shredDue() {
        int shredded = shredding.getAsInt();
        if (shredded > 0) {
            log.info("messages shredded, their time being over: slots={}", shredded);
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
