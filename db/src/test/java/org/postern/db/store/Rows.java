package org.postern.db.store;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Rows as the database holds them, so that a test can see that nothing of one has changed.
final class Rows {

    private Rows() {}

    static Map<String, @Nullable String> one(JdbcClient sql, String query, Object... arguments) {
        List<Map<String, @Nullable String>> rows = all(sql, query, arguments);
        if (rows.size() != 1) {
            throw new AssertionError("rows: " + rows.size());
        }
        return rows.getFirst();
    }

    static List<Map<String, @Nullable String>> all(
            JdbcClient sql, String query, Object... arguments) {
        return sql.sql(query)
                .params(arguments)
                .query((row, _) -> {
                    Map<String, @Nullable String> columns = new TreeMap<>();
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        columns.put(row.getMetaData().getColumnLabel(i), text(row.getObject(i)));
                    }
                    return columns;
                })
                .list();
    }

    /// Bytes as digits, since the driver prints them in two ways.
    private static @Nullable String text(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        return value instanceof byte[] bytes
                ? HexFormat.of().formatHex(bytes)
                : String.valueOf(value);
    }
}
