package org.postern.server;

import java.time.Clock;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.ConnectorId;
import org.postern.db.TenantId;
import org.postern.db.store.AuditKind;
import org.postern.db.store.MailDatabase;

/// Does what an administrator asks for and records it in the audit, both or neither.
record Recorder(MailDatabase database, UuidV7 ids, Clock clock) {

    void recorded(TenantId tenant, AuditKind kind, Optional<ConnectorId> connector, Runnable deed) {
        database.transaction()
                .executeWithoutResult(_ -> {
                    deed.run();
                    record(tenant, kind, connector);
                });
    }

    /// The same for what may turn out to be impossible.
    ///
    /// @param deed false if it was not done: then nothing is recorded
    boolean recordedIfDone(
            TenantId tenant, AuditKind kind, ConnectorId connector, BooleanSupplier deed) {
        return Boolean.TRUE.equals(
                database.transaction()
                        .execute(_ -> {
                            boolean done = deed.getAsBoolean();
                            if (done) {
                                record(tenant, kind, Optional.of(connector));
                            }
                            return done;
                        }));
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
