package org.postern.db.store;

import static org.postern.db.store.Columns.at;
import static org.postern.db.store.Columns.header;
import static org.postern.db.store.Columns.instant;
import static org.postern.db.store.Columns.sealed;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.SpoolSlot;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Requests for sign-in links, kept while a mail may still have to be sent. Thread-safe.
public final class SignInRequestStore {

    private final JdbcClient sql;

    public SignInRequestStore(JdbcClient mailDatabase) {
        this.sql = mailDatabase;
    }

    /// Inserts a request unless it is there, in the caller's transaction.
    ///
    /// @return whether it was not
    public boolean insertIfAbsent(TenantId tenant, SignInRequest request) {
        return sql.sql(
                                """
                                INSERT INTO sign_in_request (tenant_id, request_id, header, spool_slot, sealed_address, browser_mac, requested_at)
                                VALUES (:tenant, :request, :header, :slot, :address, :browser, :now) ON CONFLICT DO NOTHING
                                """)
                        .param("tenant", tenant.value())
                        .param("request", request.header().object())
                        .param("header", request.header().encode())
                        .param("slot", request.spoolSlot().toBytes())
                        .param("address", request.sealedAddress().toBytes())
                        .param("browser", request.browserMac().toBytes())
                        .param("now", at(request.requestedAt()))
                        .update()
                == 1;
    }

    /// The request, while it is kept.
    ///
    /// @throws DamagedRowException if its row was changed
    public Optional<SignInRequest> find(TenantId tenant, UUID request) {
        return sql.sql(
                        "SELECT * FROM sign_in_request WHERE tenant_id = :tenant AND request_id ="
                                + " :request")
                .param("tenant", tenant.value())
                .param("request", request)
                .query((row, _) ->
                        new SignInRequest(
                                header(row, "header", "request_id"),
                                sealed(row, "spool_slot", SpoolSlot::of),
                                sealed(row, "sealed_address", SealedRecord::of),
                                sealed(row, "browser_mac", Mac256::of),
                                instant(row, "requested_at")))
                .optional();
    }

    /// Forgets requests made before `then`.
    public int deleteBefore(Instant then) {
        return sql.sql("DELETE FROM sign_in_request WHERE requested_at < :then")
                .param("then", at(then))
                .update();
    }
}
