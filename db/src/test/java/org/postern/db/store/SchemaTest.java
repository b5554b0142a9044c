package org.postern.db.store;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.Test;
import org.postern.db.AtOnce;
import org.postern.db.TestDatabases;
import org.springframework.jdbc.core.simple.JdbcClient;

/// The schema as it stands in a database, and the way there.
class SchemaTest {

    /// Whatever can hold words: each with the reason why they are not a person's. Addresses,
    /// subjects and file names are nowhere among them.
    private static final Map<String, String> WORDS =
            Map.ofEntries(
                    entry("tenant.name", "an organisation's, shown to everybody it writes to"),
                    entry("tenant.portal_host", "in the DNS"),
                    entry("tenant.language", "one of eight tags: a CHECK"),
                    entry("mailbox.language", "one of eight tags: a CHECK"),
                    entry("tenant.address_suffix", "in the DNS"),
                    entry("tenant.subject_brackets", "of three words: a CHECK"),
                    entry("tenant.subject_tags", "a rule every sender of the tenant knows"),
                    entry("tenant.mark_field_names", "a rule of the tenant's gateway"),
                    entry("tenant.mark_field_values", "a rule of the tenant's gateway"),
                    entry("tenant.zero_link_domains", "in the DNS"),
                    entry("tenant.return_domain", "in the DNS"),
                    entry("notice_number.number", "seven random characters: a CHECK"),
                    entry("timeline_entry.kind", "one of eleven words: a CHECK"),
                    entry(
                            "timeline_entry.reason",
                            "one of our own words, at most 40 characters: a CHECK"),
                    entry("verified_domain.domain", "in the DNS"),
                    entry("connector.name", "an administrator's word for a machine"),
                    entry("connector.source_ranges", "addresses of machines"),
                    entry(
                            "connector.password_verifier",
                            "of a machine's password; not the password"),
                    entry("connector.certificate_pins", "of machines' public keys"),
                    entry("connector.certificate_names", "in the DNS"),
                    entry("connector.client_authorities", "certificates of an authority"),
                    entry("connector.client_names", "of machines"),
                    entry("connector.secret_headers", "SHA-256 of 256 random bits; not the secret"),
                    entry("connector.next_hop_host", "in the DNS"),
                    entry("arrival.state", "one of four words: a CHECK"),
                    entry("job.state", "one of five words: a CHECK"),
                    entry("job.kind", "one of our own words"),
                    entry("job.reason", "one of our own words, at most 40 characters: a CHECK"),
                    entry("job.relay", "a mail server's, as the operator configured it"),
                    entry("board_entry.word", "one of eleven words: a CHECK"),
                    entry("board_entry.told", "an operator's words for everybody"),
                    entry("audit_event.kind", "one of our own words"),
                    entry("deletion.kind", "one of four words: a CHECK"),
                    entry("audit_checkpoint.note", "a tenant's id, a count, a hash; signed"));

    /// Whatever can hold bytes: each sealed, a MAC, or about no person.
    private static final Map<String, String> BYTES =
            Map.ofEntries(
                    entry("snapshot.document", "organisations, domains, public keys; signed"),
                    entry("snapshot.signature", "a signature"),
                    entry("arrival.header", "ids, time and instance: docs/format.md, section 3.1"),
                    entry("arrival.certificate", "of an instance"),
                    entry("arrival.spool_slot", "sealed"),
                    entry("arrival.sealed_envelope", "sealed"),
                    entry("mailbox.address_mac", "a MAC"),
                    entry("mailbox.sealed_address", "sealed"),
                    entry("thread_reference.msg_id_mac", "a MAC"),
                    entry("message.header", "ids, time and instance"),
                    entry("message.certificate", "of an instance"),
                    entry("message.sealed_index", "sealed"),
                    entry("message.sealed_author", "sealed"),
                    entry("message.duplicate_mac", "a MAC"),
                    entry("told_subject.sealed_subject", "sealed"),
                    entry("recipient_list.sealed_recipients", "sealed"),
                    entry("slot.slot", "sealed"),
                    entry("slot.sealed_summary", "sealed"),
                    entry("slot.copy_mac", "a MAC"),
                    entry("slot.sealed_envelope", "sealed"),
                    entry("job.destination", "a MAC"),
                    entry("job.sealed_reply", "sealed"),
                    entry("destination.destination", "a MAC"),
                    entry("sign_in_request.header", "ids, time and instance"),
                    entry("sign_in_request.spool_slot", "sealed"),
                    entry("sign_in_request.sealed_address", "sealed"),
                    entry("sign_in_request.browser_mac", "a MAC"),
                    entry("deletion.signature", "a signature"),
                    entry("audit_chain.leaf_hash", "a hash of ids, a time and a word"),
                    entry("audit_checkpoint.root_hash", "a hash of hashes"));

    /// Cannot hold a word of anybody's.
    private static final List<String> HARMLESS_TYPES =
            List.of("uuid", "timestamp with time zone", "integer", "bigint", "boolean");

    /// Found by their own id, before anybody knows whose they are: ARCHITECTURE.md, "Stores".
    private static final List<String> WITHOUT_TENANT_IN_THEIR_KEY =
            List.of("arrival", "board_entry", "destination", "job", "snapshot");

    private final DataSource database = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(database);

    @Test
    void anEmptyDatabaseGetsEveryMigrationInOrder() {
        DataSource empty = TestDatabases.empty();

        MailSchema.migrate(empty);

        MigrationInfo[] applied = flyway(empty).info().applied();
        assertThat(applied).hasSizeGreaterThanOrEqualTo(2);
        for (int i = 0; i < applied.length; i++) {
            assertThat(applied[i].getScript()).matches("V%04d__[a-z_0-9]+\\.sql".formatted(i + 1));
            assertThat(applied[i].getState().isApplied()).isTrue();
        }
        assertThat(flyway(empty).info().pending()).isEmpty();
        assertThat(flyway(empty).validateWithResult().validationSuccessful).isTrue();
    }

    @Test
    void migratingASecondTimeChangesNothing() {
        List<String> before = history(sql);

        MailSchema.migrate(database);

        assertThat(history(sql)).isEqualTo(before);
    }

    @Test
    void severalProcessesMayMigrateAtOnce() throws Exception {
        DataSource empty = TestDatabases.empty();

        AtOnce.run(
                4,
                _ ->
                        () -> {
                            MailSchema.migrate(empty);
                            return true;
                        });

        assertThat(history(JdbcClient.create(empty))).hasSameSizeAs(history(sql));
    }

    @Test
    void aDatabaseOfANewerReleaseIsLeftAsItIs() {
        // Releases run side by side while one takes the other's place.
        DataSource newer = TestDatabases.empty();
        MailSchema.migrate(newer);
        JdbcClient its = JdbcClient.create(newer);
        its.sql(
                        """
                        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
                                                           installed_by, execution_time, success)
                        VALUES (900, '9000', 'newer', 'SQL', 'V9000__newer.sql', 1, 'x', 1, true)
                        """)
                .update();
        List<String> before = history(its);

        MailSchema.migrate(newer);

        assertThat(history(its)).isEqualTo(before);
    }

    @Test
    void aMigrationThatWasChangedAfterwardsIsRefused() {
        DataSource changed = TestDatabases.empty();
        MailSchema.migrate(changed);
        JdbcClient.create(changed)
                .sql("UPDATE flyway_schema_history SET checksum = 1 WHERE version = '0001'")
                .update();

        assertThatExceptionOfType(FlywayException.class)
                .isThrownBy(() -> MailSchema.migrate(changed));
    }

    @Test
    void noColumnCanHoldAnAddressASubjectOrAFileName() {
        Map<String, String> suspects =
                pairs(
                        """
                        SELECT table_name || '.' || column_name, data_type FROM information_schema.columns
                         WHERE table_schema = 'public' AND table_name <> 'flyway_schema_history'
                        """);
        suspects.values().removeAll(HARMLESS_TYPES);

        assertThat(suspects.keySet())
                .describedAs("a column that can hold words or bytes is listed here with a reason")
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(WORDS.keySet().stream(), BYTES.keySet().stream()).toList());
        suspects.forEach((name, type) ->
                assertThat(type)
                        .describedAs(name)
                        .isIn(
                                WORDS.containsKey(name)
                                        ? List.of("text", "ARRAY")
                                        : List.of("bytea")));
    }

    @Test
    void everyTableHasAPrimaryKeyAndTheTenantIsPartOfIt() {
        Map<String, String> keys =
                pairs(
                        """
                        SELECT c.relname, coalesce(string_agg(a.attname, ' '), '')
                          FROM pg_class c
                          LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
                          LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (k.conkey)
                         WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace
                           AND c.relname <> 'flyway_schema_history'
                         GROUP BY c.relname
                        """);

        assertThat(keys).hasSizeGreaterThanOrEqualTo(12);
        keys.forEach((table, columns) -> {
            assertThat(columns).describedAs(table).isNotEmpty();
            if (!WITHOUT_TENANT_IN_THEIR_KEY.contains(table)) {
                assertThat(columns.split(" ")).describedAs(table).contains("tenant_id");
            }
        });
    }

    @Test
    void theTenantIsPartOfEveryForeignKey() {
        Map<String, String> keys =
                pairs(
                        """
                        SELECT k.conname, string_agg(a.attname, ' ')
                          FROM pg_constraint k
                          JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
                         WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
                         GROUP BY k.conname
                        """);

        assertThat(keys).isNotEmpty();
        keys.forEach((key, columns) ->
                assertThat(columns.split(" ")).describedAs(key).contains("tenant_id"));
    }

    @Test
    void everyForeignKeyHasAnIndex() {
        List<String> without =
                sql.sql(
                                """
                                SELECT k.conname FROM pg_constraint k
                                 WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace
                                   AND NOT EXISTS (
                                       SELECT FROM pg_index i
                                        WHERE i.indrelid = k.conrelid AND i.indpred IS NULL
                                          AND (SELECT array_agg(c ORDER BY c) FROM unnest(k.conkey) c)
                                            = (SELECT array_agg(c ORDER BY c)
                                                 FROM unnest((i.indkey::int2[])[0:cardinality(k.conkey) - 1]) c))
                                """)
                        .query((row, _) -> row.getString(1))
                        .list();

        assertThat(without).isEmpty();
    }

    @Test
    void everyTimeIsKeptWithItsZone() {
        List<String> others =
                sql.sql(
                                """
                                SELECT table_name || '.' || column_name FROM information_schema.columns
                                 WHERE table_schema = 'public' AND table_name <> 'flyway_schema_history'
                                   AND (data_type IN ('timestamp without time zone', 'date', 'time without time zone')
                                        OR column_name LIKE '%\\_at' AND data_type <> 'timestamp with time zone')
                                """)
                        .query((row, _) -> row.getString(1))
                        .list();

        assertThat(others).isEmpty();
    }

    @Test
    void theStatesOfAJobAreThoseOfTheEnum() {
        String check =
                sql.sql(
                                """
                                SELECT pg_get_constraintdef(oid) FROM pg_constraint
                                 WHERE conrelid = 'job'::regclass AND conname = 'job_state_check'
                                """)
                        .query(String.class)
                        .single();

        assertThat(check.split("'"))
                .filteredOn(word -> word.matches("[a-z]+"))
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(JobState.values())
                                .map(state -> state.name().toLowerCase(Locale.ROOT))
                                .toList());
    }

    private Map<String, String> pairs(String query) {
        Map<String, String> pairs = new TreeMap<>();
        sql.sql(query)
                .query(row -> {
                    pairs.put(row.getString(1), row.getString(2));
                });
        return pairs;
    }

    private static List<String> history(JdbcClient of) {
        return of.sql("SELECT h::text FROM flyway_schema_history h ORDER BY installed_rank")
                .query((row, _) -> row.getString(1))
                .list();
    }

    private static Flyway flyway(DataSource of) {
        return Flyway.configure()
                .dataSource(of)
                .locations("classpath:org/postern/db/migration")
                .load();
    }
}
