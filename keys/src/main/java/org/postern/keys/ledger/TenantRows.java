package org.postern.keys.ledger;

import java.security.SecureRandom;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.TenantId;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The rows of one table that each hold a key under a tenant key. They are walked in the order of
/// their own keys, page after page, since a ledger has a row for every message of every mailbox.
///
/// @param name of the table
/// @param column that holds the wrapped key
/// @param ids the primary key after the tenant
/// @param also what else is read
/// @param where which rows of the table
/// @param keys of what kind they are and what they are bound to
record TenantRows(
        String name, String column, List<String> ids, String also, String where, Keys keys) {

    /// Every such table.
    static final List<TenantRows> ALL =
            List.of(
                    new TenantRows(
                            "tenant_key",
                            "wrapped_key",
                            List.of("purpose"),
                            "0 AS number",
                            "purpose <> 'tenant'",
                            TenantRows::rewrapNamed),
                    new TenantRows(
                            "mailbox",
                            "wrapped_key",
                            List.of("mailbox_id"),
                            "key_version AS number",
                            "true",
                            TenantRows::rewrapMailboxKey),
                    new TenantRows(
                            "former_mailbox_key",
                            "wrapped_key",
                            List.of("mailbox_id", "version"),
                            "version AS number",
                            "true",
                            TenantRows::rewrapMailboxKey),
                    new TenantRows(
                            "shred_secret",
                            "wrapped_secret",
                            List.of("object_id", "mailbox_id"),
                            "0 AS number",
                            "true",
                            TenantRows::rewrapSecret));

    static final int PAGE = 500;

    /// What the first four bytes say (docs/format.md, section 4.4).
    private static final String VERSION =
            "('x' || encode(substring(%s FROM 1 FOR 4), 'hex'))::bit(32)::integer";

    TenantRows {
        ids = List.copyOf(ids);
    }

    /// Unwraps, and wraps again.
    @FunctionalInterface
    interface Keys {
        WrappedKey rewrap(
                Row row, TenantId tenant, WrappingKey from, WrappingKey to, SecureRandom random)
                throws OpeningFailedException;
    }

    /// @param ids its primary key after the tenant
    /// @param number the version of the key in it, where it has one
    record Row(List<Object> ids, StoredKey key, int number) {

        Row {
            ids = List.copyOf(ids);
        }

        byte[] stored() {
            return key.bytes();
        }

        UUID uuid(int place) {
            return (UUID) ids.get(place);
        }

        WrappedKey wrapped() throws OpeningFailedException {
            return WrappedKey.of(stored());
        }

        @Override
        public String toString() {
            return ids.toString();
        }
    }

    /// The next page.
    ///
    /// @param after the last row of the page before
    List<Row> page(JdbcClient sql, TenantId tenant, Optional<Row> after) {
        return page(sql, tenant, after, "true", "", 0);
    }

    /// The next page of what is under other versions than this one, locked; what somebody else has
    /// locked is left out, so that nobody waits for us while we wait for him.
    List<Row> pageNotUnder(JdbcClient sql, TenantId tenant, int version, Optional<Row> after) {
        return page(sql, tenant, after, notUnder(), " FOR NO KEY UPDATE SKIP LOCKED", version);
    }

    /// Whether anything is under another version than this one.
    boolean hasOthers(JdbcClient sql, TenantId tenant, int version) {
        return sql.sql(
                        "SELECT EXISTS (SELECT FROM %s WHERE tenant_id = :tenant AND %s AND %s)"
                                .formatted(name, where, notUnder()))
                .param("tenant", tenant.value())
                .param("version", version)
                .query(Boolean.class)
                .single();
    }

    /// How many rows are under each version.
    List<Count> counts(JdbcClient sql, TenantId tenant) {
        return sql.sql(
                        """
                        SELECT version, count(*) AS rows
                          FROM (SELECT %s AS version FROM %s WHERE tenant_id = :tenant AND %s) AS each
                         GROUP BY version ORDER BY version
                        """
                                .formatted(VERSION.formatted(column), name, where))
                .param("tenant", tenant.value())
                .query((row, _) -> new Count(row.getInt("version"), row.getLong("rows")))
                .list();
    }

    /// How many rows are under this version.
    record Count(int version, long rows) {}

    /// Puts other bytes in the place of those that were read.
    void replace(JdbcClient sql, TenantId tenant, Row row, WrappedKey by) {
        JdbcClient.StatementSpec update =
                sql.sql(
                                "UPDATE %s SET %s = :new WHERE tenant_id = :tenant AND %s = :old AND %s"
                                        .formatted(
                                                name,
                                                column,
                                                column,
                                                ids.stream()
                                                        .map(id -> id + " = :" + id)
                                                        .collect(Collectors.joining(" AND "))))
                        .param("new", by.toBytes())
                        .param("old", row.stored())
                        .param("tenant", tenant.value());
        IntStream.range(0, ids.size()).forEach(i -> update.param(ids.get(i), row.ids().get(i)));
        update.update();
    }

    private List<Row> page(
            JdbcClient sql,
            TenantId tenant,
            Optional<Row> after,
            String condition,
            String lock,
            int version) {
        String order = String.join(", ", ids);
        String later =
                after.isEmpty()
                        ? "true"
                        : "(%s) > (%s)"
                                .formatted(
                                        order,
                                        ids.stream()
                                                .map(id -> ":" + id)
                                                .collect(Collectors.joining(", ")));
        JdbcClient.StatementSpec query =
                sql.sql(
                                """
                                SELECT %s, %s AS stored, %s FROM %s
                                 WHERE tenant_id = :tenant AND %s AND %s AND %s ORDER BY %s LIMIT :page%s
                                """
                                        .formatted(
                                                order, column, also, name, where, later, condition,
                                                order, lock))
                        .param("tenant", tenant.value())
                        .param("page", PAGE)
                        .param("version", version);
        after.ifPresent(row ->
                IntStream.range(0, ids.size())
                        .forEach(i -> query.param(ids.get(i), row.ids().get(i))));
        return query.query((row, _) -> row(row)).list();
    }

    private Row row(ResultSet row) throws SQLException {
        List<Object> values = new ArrayList<>();
        for (String id : ids) {
            values.add(row.getObject(id));
        }
        return new Row(values, new StoredKey(row.getBytes("stored")), row.getInt("number"));
    }

    private String notUnder() {
        return VERSION.formatted(column) + " <> :version";
    }

    private static WrappedKey rewrapNamed(
            Row row, TenantId tenant, WrappingKey from, WrappingKey to, SecureRandom random)
            throws OpeningFailedException {
        String purpose = String.valueOf(row.ids().getFirst());
        byte[] context = TenantKeys.context(tenant, purpose);
        return purpose.equals("index")
                ? to.wrap(from.unwrapMacKey(row.wrapped(), context), context, random)
                : to.wrap(from.unwrapRecordKey(row.wrapped(), context), context, random);
    }

    private static WrappedKey rewrapMailboxKey(
            Row row, TenantId tenant, WrappingKey from, WrappingKey to, SecureRandom random)
            throws OpeningFailedException {
        byte[] context = Mailboxes.keyContext(tenant, row.uuid(0));
        return to.wrap(
                from.unwrapWrappingKey(row.wrapped(), context, row.number()), context, random);
    }

    private static WrappedKey rewrapSecret(
            Row row, TenantId tenant, WrappingKey from, WrappingKey to, SecureRandom random)
            throws OpeningFailedException {
        byte[] context = ShredSecrets.context(tenant, row.uuid(0), row.uuid(1));
        return to.wrap(from.unwrapShredSecret(row.wrapped(), context), context, random);
    }
}
