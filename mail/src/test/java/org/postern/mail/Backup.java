package org.postern.mail;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/// All rows of a database as they are now, to be put back in the place of what there is later.
public final class Backup {

    private final JdbcClient sql;
    private final List<String> tables;

    private Backup(JdbcClient sql, List<String> tables) {
        this.sql = sql;
        this.tables = tables;
    }

    public static Backup of(JdbcClient sql) {
        Backup backup = new Backup(sql, TestDatabases.tables(sql));
        sql.sql("DROP SCHEMA IF EXISTS backup CASCADE").update();
        sql.sql("CREATE SCHEMA backup").update();
        backup.tables.forEach(table ->
                sql.sql("CREATE TABLE backup." + table + " AS TABLE public." + table).update());
        return backup;
    }

    public void restore() {
        StringBuilder statements =
                new StringBuilder("DO $$ BEGIN SET LOCAL session_replication_role = replica; ");
        statements.append("TRUNCATE ").append(String.join(", ", tables)).append("; ");
        tables.forEach(table ->
                statements
                        .append("INSERT INTO public.")
                        .append(table)
                        .append(" SELECT * FROM backup.")
                        .append(table)
                        .append("; "));
        sql.sql(statements.append("END $$").toString()).update();
    }
}
