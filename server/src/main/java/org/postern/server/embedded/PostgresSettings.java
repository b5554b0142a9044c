package org.postern.server.embedded;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the embedded PostgreSQL is set up: for keeps, reachable from this machine only, and with
/// nothing personal in its log.
final class PostgresSettings {

    static final String SUPERUSER = "postgres";
    static final String MAIL_ROLE = "postern_mail";
    static final String MAIL_DATABASE = "postern";
    static final String LEDGER_ROLE = "postern_keys";
    static final String LEDGER_DATABASE = "postern_keys";

    /// Those who may enter the mail database besides its owner, for what `grants.sql` lists.
    static final List<String> MAIL_GUESTS =
            List.of("postern_intake", "postern_portal", LEDGER_ROLE);

    private PostgresSettings() {}

    /// What P1 (nothing accepted is lost) and the sealing of the machine against others rest on.
    /// The running server is asked for each with `SHOW` after every start.
    static Map<String, String> promised() {
        var settings = new LinkedHashMap<String, String>();
        settings.put("fsync", "on");
        settings.put("synchronous_commit", "on");
        settings.put("full_page_writes", "on");
        settings.put("listen_addresses", "127.0.0.1");
        settings.put("unix_socket_directories", "");
        settings.put("password_encryption", "scram-sha-256");
        settings.put("log_statement", "none");
        settings.put("log_min_messages", "log");
        settings.put("log_min_error_statement", "panic");
        settings.put("log_error_verbosity", "terse");
        settings.put("log_min_duration_statement", "-1");
        settings.put("log_parameter_max_length", "0");
        settings.put("log_parameter_max_length_on_error", "0");
        return settings;
    }

    /// `postgresql.conf`, written anew at every start: an edit by hand would be lost, and says so.
    ///
    /// Of errors the log has nothing (`log_min_messages = log` leaves them out): the text of an
    /// error may quote a value, and our side of the connection gets it anyway.
    static String configuration(int port, Path logs) {
        var text = new StringBuilder("# Written by Postern at every start; changes are lost.\n");
        promised().forEach((name, value) -> text.append(line(name, value)));
        text.append(line("port", Integer.toString(port)));
        text.append(line("max_connections", "100"));
        text.append(line("shared_buffers", "128MB"));
        text.append(line("dynamic_shared_memory_type", "posix"));
        text.append(line("max_wal_senders", "0"));
        text.append(line("wal_level", "minimal"));
        text.append(line("max_wal_size", "1GB"));
        text.append(line("jit", "off"));
        // A new database has no statistics, and without them plans that read far too much.
        text.append(line("autovacuum_naptime", "10s"));
        text.append(line("allow_alter_system", "off"));
        text.append(line("cluster_name", "postern"));
        text.append(line("timezone", "UTC"));
        text.append(line("datestyle", "iso, ymd"));
        text.append(line("log_timezone", "UTC"));
        text.append(line("log_line_prefix", "%m [%p] "));
        text.append(line("lc_messages", "C"));
        text.append(line("logging_collector", "on"));
        text.append(line("log_directory", logs.toString()));
        // one file per day of the week, so the log never grows without end
        text.append(line("log_filename", "postgres-%a.log"));
        text.append(line("log_rotation_age", "1d"));
        text.append(line("log_rotation_size", "0"));
        text.append(line("log_truncate_on_rotation", "on"));
        text.append(line("log_file_mode", "0600"));
        return text.toString();
    }

    private static String line(String name, String value) {
        return name + " = '" + value.replace("'", "''") + "'\n";
    }

    /// `pg_hba.conf`: the ledger is entered by its owner alone, the mail database by those who may,
    /// always with their password.
    static String admission() {
        return """
        # Written by Postern at every start; changes are lost.
        host %s %s,%s 127.0.0.1/32 scram-sha-256
        host %s %s 127.0.0.1/32 scram-sha-256
        host all %s 127.0.0.1/32 scram-sha-256
        """
                .formatted(
                        MAIL_DATABASE,
                        MAIL_ROLE,
                        String.join(",", MAIL_GUESTS),
                        LEDGER_DATABASE,
                        LEDGER_ROLE,
                        SUPERUSER);
    }
}
