package org.postern.keys.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.postern.db.TenantId;
import org.postern.keys.provider.WrapContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The rows that each hold a key under the root key: few, some for every tenant.
final class RootRows {

    private RootRows() {}

    /// @param name what it is, with its id
    /// @param update puts `:new` in the place of `:old`
    record Row(String name, String update, WrapContext context, StoredKey wrapped) {

        byte[] stored() {
            return wrapped.bytes();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Row> all(JdbcClient sql) {
        return sql.sql(
                        """
                        SELECT 'signing_key' AS name, NULL::uuid AS tenant_id, version::bigint AS number, wrapped_key AS stored
                          FROM signing_key WHERE wrapped_key IS NOT NULL
                        UNION ALL
                        SELECT 'spool_key', NULL, spool_key_id, wrapped_seed FROM spool_key WHERE wrapped_seed IS NOT NULL
                        UNION ALL
                        SELECT 'tenant_key', tenant_id, version, wrapped_key FROM tenant_key WHERE purpose = 'tenant'
                        ORDER BY name, tenant_id, number
                        """)
                .query((row, _) -> row(row))
                .list();
    }

    static void replace(JdbcClient sql, Row row, byte[] by) {
        sql.sql(row.update())
                .param("new", by)
                .param("old", row.stored())
                .param("number", row.context().number())
                .param("tenant", row.context().tenant().map(TenantId::value).orElse(null))
                .update();
    }

    private static Row row(ResultSet row) throws SQLException {
        long number = row.getLong("number");
        StoredKey stored = new StoredKey(row.getBytes("stored"));
        return switch (row.getString("name")) {
            case "signing_key" ->
                    new Row(
                            "signing_key " + number,
                            """
                            UPDATE signing_key SET wrapped_key = :new WHERE version = :number AND wrapped_key = :old
                               AND :tenant::uuid IS NULL
                            """,
                            WrapContext.signingKey(Math.toIntExact(number)),
                            stored);
            case "spool_key" ->
                    new Row(
                            "spool_key " + number,
                            """
                            UPDATE spool_key SET wrapped_seed = :new WHERE spool_key_id = :number AND wrapped_seed = :old
                               AND :tenant::uuid IS NULL
                            """,
                            WrapContext.spoolKey(number),
                            stored);
            default -> {
                TenantId tenant = new TenantId(row.getObject("tenant_id", UUID.class));
                yield new Row(
                        "tenant_key " + tenant + " " + number,
                        """
                        UPDATE tenant_key SET wrapped_key = :new
                         WHERE tenant_id = :tenant AND purpose = 'tenant' AND version = :number AND wrapped_key = :old
                        """,
                        WrapContext.tenantKey(tenant, Math.toIntExact(number)),
                        stored);
            }
        };
    }
}
