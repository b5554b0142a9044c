package org.postern.mail.door;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Consumer;
import org.postern.db.TenantId;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.Tenant;
import org.postern.keys.Authority;

/// Changes an organisation's rows so that the authority follows. There are two databases and no
/// transaction over both: the authority hears of the new rows before they are there, and allows the
/// old ones and the new ones until it hears that they are. Thread-safe.
public final class ConfigurationChanges {

    private final MailDatabase database;
    private final Authority authority;
    private final Consumer<Step> steps;

    public ConfigurationChanges(MailDatabase database, Authority authority) {
        this(database, authority, _ -> {});
    }

    /// The same for somebody who wants to hear of every step.
    public ConfigurationChanges(MailDatabase database, Authority authority, Consumer<Step> steps) {
        this.database = database;
        this.authority = authority;
        this.steps = steps;
    }

    /// Where a change may be broken off.
    public enum Step {
        ROWS_CHANGED,
        ANNOUNCED,
        COMMITTED,
        CONFIRMED
    }

    /// Does what changes the rows of one organisation, in a transaction.
    ///
    /// @throws ConfigurationAlteredException if its rows were not as they were last set: nothing
    ///   that somebody else wrote is allowed along with this
    public void change(TenantId tenant, Runnable rows) {
        Optional<Tenant> changed =
                requireNonNull(
                        database.transaction()
                                .execute(_ -> {
                                    database.tenants().lock(tenant);
                                    Optional<Tenant> before = database.tenants().find(tenant);
                                    rows.run();
                                    steps.accept(Step.ROWS_CHANGED);
                                    Tenant after = database.tenants().find(tenant).orElseThrow();
                                    if (before.filter(after::equals).isPresent()) {
                                        return Optional.<Tenant>empty();
                                    }
                                    if (!authority.announce(before, after)) {
                                        throw new ConfigurationAlteredException();
                                    }
                                    steps.accept(Step.ANNOUNCED);
                                    return Optional.of(after);
                                }));
        changed.ifPresent(after -> {
            steps.accept(Step.COMMITTED);
            authority.confirm(after);
            steps.accept(Step.CONFIRMED);
        });
    }
}
