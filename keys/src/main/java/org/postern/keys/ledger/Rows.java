package org.postern.keys.ledger;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.WrappedKey;
import org.postern.db.TenantId;

/// How values stand in the ledger's columns.
final class Rows {

    private Rows() {}

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

    static TenantId tenant(ResultSet row) throws SQLException {
        return new TenantId(row.getObject("tenant_id", UUID.class));
    }

    static SealedRecord sealed(ResultSet row, String column) throws SQLException {
        return optionalSealed(row, column)
                .orElseThrow(() -> new SQLException("column " + column + " is empty"));
    }

    static Optional<SealedRecord> optionalSealed(ResultSet row, String column) throws SQLException {
        byte @Nullable [] bytes = row.getBytes(column);
        try {
            return bytes == null ? Optional.empty() : Optional.of(SealedRecord.of(bytes));
        } catch (OpeningFailedException e) {
            throw new SQLException("column " + column + " holds no sealed record", e);
        }
    }

    static WrappedKey wrapped(ResultSet row, String column) throws SQLException {
        try {
            return WrappedKey.of(row.getBytes(column));
        } catch (OpeningFailedException e) {
            throw new SQLException("column " + column + " holds no wrapped key", e);
        }
    }
}
