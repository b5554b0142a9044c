package org.postern.db.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
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

    static Optional<Mac256> optionalMac(ResultSet row, String column) throws SQLException {
        return row.getBytes(column) == null
                ? Optional.empty()
                : Optional.of(sealed(row, column, Mac256::of));
    }

    static UUID uuid(ResultSet row, String column) throws SQLException {
        return row.getObject(column, UUID.class);
    }

    /// Reads a sealed value from its bytes.
    static <T> T sealed(ResultSet row, String column, Reader<T> reader) throws SQLException {
        byte @Nullable [] bytes = row.getBytes(column);
        if (bytes == null) {
            throw new DamagedRowException(column);
        }
        try {
            return reader.read(bytes);
        } catch (OpeningFailedException e) {
            throw new DamagedRowException(column);
        }
    }

    /// Reads a sealed value where there may be none.
    static <T> Optional<T> optionalSealed(ResultSet row, String column, Reader<T> reader)
            throws SQLException {
        return row.getBytes(column) == null
                ? Optional.empty()
                : Optional.of(sealed(row, column, reader));
    }

    /// The header of the object whose row this is; never another's.
    static ObjectHeader header(ResultSet row, String column, String objectColumn)
            throws SQLException {
        ObjectHeader header = sealed(row, column, ObjectHeader::parse);
        if (!header.object().equals(uuid(row, objectColumn))
                || !header.tenant().equals(uuid(row, "tenant_id"))) {
            throw new DamagedRowException(column);
        }
        return header;
    }

    @FunctionalInterface
    interface Reader<T> {
        T read(byte[] bytes) throws OpeningFailedException;
    }
}
