package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.postern.db.TestValues.NOW;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postern.db.JobId;
import org.postern.db.Language;
import org.postern.db.MailboxId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Intake, portal and keys log in as themselves and try what they may and what they may not.
class MailGrantsTest {

    private static final List<String> TABLES =
            List.of(
                    "arrival",
                    "asked_again",
                    "audit_chain",
                    "audit_checkpoint",
                    "audit_event",
                    "audit_unchained",
                    "board_entry",
                    "connector",
                    "deletion",
                    "job",
                    "mailbox",
                    "message",
                    "notice_number",
                    "recipient_list",
                    "sign_in_request",
                    "slot",
                    "snapshot",
                    "tenant",
                    "thread",
                    "thread_reference",
                    "timeline_entry",
                    "told_subject",
                    "verified_domain");

    private final DataSource owner = TestDatabases.mail();
    private final Household household = new Household(MailDatabase.of(owner), "ours.example");
    private final MailboxId mailbox = household.mailbox();
    private final StoredMessage message = household.message(household.thread(NOW), NOW);
    private final Arrival arrival =
            new Arrival(
                    message.header(),
                    TestValues.certificate(),
                    TestValues.spoolSlot(),
                    TestValues.record(),
                    NOW,
                    0);

    @BeforeEach
    void makeLogins() {
        for (String role : List.of("postern_intake", "postern_portal", "postern_keys")) {
            TestDatabases.server()
                    .sql(
                            """
                            DO $$ BEGIN
                                IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%1$s') THEN CREATE ROLE %1$s LOGIN; END IF;
                            END $$
                            """
                                    .formatted(role))
                    .update();
        }
        MailSchema.migrate(owner);
        MailDatabase.of(owner)
                .messages()
                .insert(household.tenant(), message, List.of(household.received(message, mailbox)));
    }

    @Test
    void anIntakeHandsOverAndReadsNothingButTheSnapshot() {
        MailDatabase intake = MailDatabase.of(TestDatabases.mailAs("postern_intake"));

        intake.arrivals().insertIfAbsent(arrival);
        intake.arrivals().insertIfAbsent(arrival);

        assertThat(intake.snapshots().newest()).isEmpty();
        assertThat(readable("postern_intake")).containsExactly("snapshot");
        assertThat(changeable("postern_intake")).isEmpty();
    }

    @Test
    void aPortalReadsSlotsAndAsksForLinksAndReadsNoAddress() {
        MailDatabase portal = MailDatabase.of(TestDatabases.mailAs("postern_portal"));
        UUID request = UUID.randomUUID();

        assertThat(portal.messages().findSlot(household.tenant(), message.id(), mailbox))
                .isPresent();
        portal.messages().markOpened(household.tenant(), message.id(), mailbox, NOW);
        portal.signInRequests()
                .insertIfAbsent(
                        household.tenant(),
                        new SignInRequest(
                                TestValues.header(household.tenant(), request),
                                TestValues.spoolSlot(),
                                TestValues.record(),
                                TestValues.mac(),
                                NOW));
        portal.jobs()
                .insertIfAbsent(
                        household.tenant(),
                        new JobId(UUID.randomUUID()),
                        "sign-in",
                        request,
                        Optional.empty(),
                        NOW);
        portal.arrivals().insertIfAbsent(arrival);
        assertThat(portal.jobs().oldestDue(NOW)).isPresent();

        assertThat(readable("postern_portal"))
                .containsExactlyInAnyOrder(
                        "asked_again",
                        "board_entry",
                        "message",
                        "notice_number",
                        "recipient_list",
                        "slot",
                        "snapshot",
                        "timeline_entry");
        assertThat(changeable("postern_portal")).isEmpty();
        assertRefused("postern_portal", "UPDATE slot SET duplicate_of = NULL");
        assertRefused("postern_portal", "SELECT sealed_address FROM sign_in_request");
        portal.mailboxes().updateLanguage(household.tenant(), mailbox, Language.POLISH);
        assertThat(portal.mailboxes().language(household.tenant(), mailbox))
                .contains(Language.POLISH);
        assertRefused("postern_portal", "SELECT sealed_address FROM mailbox");
        assertThat(portal.timelines().find(household.tenant(), List.of(message.id())))
                .extracting(TimelineEntry::kind)
                .containsExactly(TimelineKind.READ);
        assertRefused("postern_portal", "UPDATE timeline_entry SET kind = kind");
    }

    @Test
    void theKeysRecordAndReadNobodysMessages() {
        MailDatabase keys = MailDatabase.of(TestDatabases.mailAs("postern_keys"));
        Deletion deletion =
                new Deletion(
                        household.tenant(),
                        UUID.randomUUID(),
                        new Deletion.What.Message(message.id(), Optional.of(mailbox)),
                        NOW);

        keys.audit()
                .insert(
                        household.tenant(),
                        UUID.randomUUID(),
                        AuditKind.MESSAGE_OPENED,
                        Optional.of(mailbox),
                        Optional.empty(),
                        NOW);
        keys.deletions()
                .insert(household.tenant(), new SignedDeletion(deletion, TestValues.signature()));
        keys.jobs()
                .insertIfAbsent(
                        household.tenant(),
                        new JobId(UUID.randomUUID()),
                        "sign-in-changed",
                        UUID.randomUUID(),
                        Optional.of(mailbox),
                        NOW);

        assertThat(keys.deletions().recorded(NOW, new UUID(0, 0), 10))
                .extracting(SignedDeletion::deletion)
                .containsExactly(deletion);
        assertThat(keys.arrivals().known(List.of(arrival.header().object()))).isEmpty();
        assertThat(readable("postern_keys")).containsExactly("deletion");
        assertThat(changeable("postern_keys")).isEmpty();
    }

    @Test
    void nobodyChangesAnAuditEventOrADeletionNotEvenTheOwner() {
        MailDatabase.of(owner).arrivals().insertIfAbsent(arrival);
        for (String role :
                List.of("postgres", "postern_intake", "postern_portal", "postern_keys")) {
            for (String table : List.of("audit_event", "deletion")) {
                assertRefused(role, "UPDATE " + table + " SET kind = kind");
                assertRefused(role, "DELETE FROM " + table);
                assertRefused(role, "TRUNCATE " + table + " CASCADE");
            }
        }
    }

    /// Of all tables those that this role can read a row of.
    private static List<String> readable(String role) {
        return TABLES.stream().filter(table -> may(role, "SELECT * FROM " + table)).toList();
    }

    private static List<String> changeable(String role) {
        return TABLES.stream()
                .filter(table ->
                        may(role, "DELETE FROM " + table)
                                || may(role, "TRUNCATE " + table + " CASCADE")
                                || may(role, "CREATE INDEX ON " + table + " (tenant_id)"))
                .toList();
    }

    private static void assertRefused(String role, String statement) {
        assertThatExceptionOfType(DataAccessException.class)
                .as(role + ": " + statement)
                .isThrownBy(() -> run(role, statement));
    }

    private static boolean may(String role, String statement) {
        try {
            run(role, statement);
            return true;
        } catch (DataAccessException e) {
            return false;
        }
    }

    private static void run(String role, String statement) {
        JdbcClient sql = JdbcClient.create(TestDatabases.mailAs(role));
        if (statement.startsWith("SELECT")) {
            sql.sql(statement).query((row, _) -> row.getString(1)).list();
        } else {
            sql.sql(statement).update();
        }
    }
}
