package org.postern.db.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.postern.crypto.sealed.OpeningFailedException;

/// How values stand in columns.
final class Columns {

    private Columns() {}

    static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
                .map(OffsetDateTime::toInstant);
    }

    static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    /// Reads a sealed value from its bytes; a column that holds something else was written by
    /// somebody else.
    static <T> T sealed(ResultSet row, String column, Reader<T> reader) throws SQLException {
        try {
            return reader.read(row.getBytes(column));
        } catch (OpeningFailedException e) {
            throw new SQLException("column " + column + " holds no sealed value", e);
        }
    }

    @FunctionalInterface
    interface Reader<T> {
        T read(byte[] bytes) throws OpeningFailedException;
    }
}
