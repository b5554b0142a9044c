package org.postern.keys.ledger;

import static org.postern.keys.ledger.Rows.at;

import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;

/// When the versions of the root key were first met. Not every keeper says when it made one.
final class RootVersions {

    private final JdbcClient sql;
    private final Clock clock;

    RootVersions(JdbcClient ledger, Clock clock) {
        this.sql = ledger;
        this.clock = clock;
    }

    /// Remembers a version that is there. The first ever met is as old as the ledger.
    void met(String provider, String version) {
        sql.sql(
                        """
                        INSERT INTO root_version (provider, version, met_at)
                        SELECT :provider, :version,
                               CASE WHEN EXISTS (SELECT FROM root_version) THEN :now
                                    ELSE coalesce((SELECT min(created_at) FROM signing_key), :now) END
                        ON CONFLICT DO NOTHING
                        """)
                .param("provider", provider)
                .param("version", version)
                .param("now", at(clock.instant()))
                .update();
    }

    /// When the newest was met.
    Optional<Instant> newest() {
        return sql.sql("SELECT max(met_at) AS met_at FROM root_version")
                .query((row, _) ->
                        Optional.ofNullable(row.getObject("met_at", OffsetDateTime.class))
                                .map(OffsetDateTime::toInstant))
                .single();
    }
}
