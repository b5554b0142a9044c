package org.postern.db.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import javax.sql.DataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What intake, portal and keys may do in the mail database where they log in as themselves.
final class MailGrants {

    private MailGrants() {}

    /// Grants it to those of the logins that exist. Only the owner can; whoever is not leaves it to
    /// him.
    static void grant(DataSource mailDatabase) {
        JdbcClient sql = JdbcClient.create(mailDatabase);
        boolean owner =
                sql.sql(
                                """
                                SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'audit_event'::regclass
                                """)
                        .query(Boolean.class)
                        .single();
        if (owner) {
            sql.sql(script()).update();
        }
    }

    private static String script() {
        try (InputStream in =
                Objects.requireNonNull(
                        MailGrants.class.getResourceAsStream("/org/postern/db/grants.sql"))) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
