package org.postern.server;

import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.ConnectorId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.MailDatabase;
import org.postern.mail.door.ConfigurationAlteredException;
import org.postern.mail.door.ConfigurationChanges;

/// Does what an administrator asks for, has the authority allow it, and records it in the audit,
/// all or nothing.
record Recorder(MailDatabase database, ConfigurationChanges changes, UuidV7 ids, Clock clock) {

    /// @throws ConfigurationAlteredException if the rows were not as they were last set
    void recorded(TenantId tenant, AuditKind kind, Optional<ConnectorId> connector, Runnable deed) {
        changes.change(
                tenant,
                () -> {
                    deed.run();
                    record(tenant, kind, connector);
                });
    }

    /// The same for what may turn out to be impossible.
    ///
    /// @param deed false if it was not done: then nothing is recorded
    boolean recordedIfDone(
            TenantId tenant, AuditKind kind, ConnectorId connector, BooleanSupplier deed) {
        AtomicBoolean done = new AtomicBoolean();
        changes.change(
                tenant,
                () -> {
                    if (deed.getAsBoolean()) {
                        record(tenant, kind, Optional.of(connector));
                        done.set(true);
                    }
                });
        return done.get();
    }

    private void record(TenantId tenant, AuditKind kind, Optional<ConnectorId> connector) {
        database.audit()
                .insert(
                        tenant,
                        ids.next(),
                        kind,
                        Optional.empty(),
                        connector.map(ConnectorId::value),
                        clock.instant());
    }
}
