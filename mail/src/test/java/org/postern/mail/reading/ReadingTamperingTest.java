package org.postern.mail.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Somebody who can write to mail database and blob store exchanges delivered rows and objects, or
/// damages them (promise P7).
class ReadingTamperingTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private TenantId other;
    private MessageId one;
    private MessageId two;
    private MessageId elsewhere;
    private Reader patient;

    @BeforeEach
    void deliverThree() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        other = site.addTenant("Other", "other.example", "example.net", "in.other.example");
        one = system.bring(site.envelope(PATIENT, DAUGHTER), TestSite.plain("one", "1"));
        site.clock().advance(Duration.ofSeconds(1));
        two = system.bring(site.envelope(PATIENT), TestSite.plain("two", "2"));
        elsewhere =
                system.bring(
                        site.envelope(other, Optional.of(NURSE), PATIENT),
                        TestSite.plain("three", "3"));
        patient = system.signIn(PATIENT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"header", "certificate", "sealed_index", "thread_id", "sealed_author"})
    void nothingOfOneMessageIsBelievedOfAnother(String column) throws Exception {
        swap("message", column, "message_id = '" + one + "'", "message_id = '" + two + "'");

        switch (column) {
            case "header", "sealed_index" -> {
                assertOneDoesNotOpen();
                assertThat(system.inbox(patient))
                        .allSatisfy(row -> assertThat(row.id()).isIn(one, two));
            }
            // the same instance sealed both; ids and operations records open no content
            default -> assertThat(system.read(patient, one)).isEqualTo(TestSite.plain("one", "1"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"slot", "sealed_summary", "slot, sealed_summary"})
    void aSlotOfAnotherMailboxOpensNothing(String columns) throws Exception {
        Reader daughter = system.signIn(DAUGHTER);
        swap(
                "slot",
                columns,
                "message_id = '%s' AND mailbox_id = '%s'".formatted(one, patient.mailbox()),
                "message_id = '%s' AND mailbox_id = '%s'".formatted(one, daughter.mailbox()));

        assertTampered(columns);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slot", "sealed_summary", "slot, sealed_summary"})
    void aSlotOfAnotherMessageOpensNothing(String columns) throws Exception {
        swap(
                "slot",
                columns,
                "message_id = '%s' AND mailbox_id = '%s'".formatted(one, patient.mailbox()),
                "message_id = '%s' AND mailbox_id = '%s'".formatted(two, patient.mailbox()));

        assertTampered(columns);
    }

    @ParameterizedTest
    @ValueSource(strings = {"slot", "sealed_summary", "slot, sealed_summary"})
    void aSlotOfAnotherTenantOpensNothing(String columns) throws Exception {
        swap(
                "slot",
                columns,
                "message_id = '%s' AND mailbox_id = '%s'".formatted(one, patient.mailbox()),
                "message_id = '%s' AND received".formatted(elsewhere));

        assertTampered(columns);
    }

    @Test
    void aSlotCopiedIntoOnesOwnMailboxOpensNothing() throws Exception {
        MessageId hers = system.bring(site.envelope(DAUGHTER), TestSite.plain("hers", "text"));
        sql(
                """
                INSERT INTO slot SELECT tenant_id, message_id, '%s', thread_id, received, sent, slot, sealed_summary, accepted_at, opened_at
                  FROM slot WHERE message_id = '%s' AND received
                """
                        .formatted(patient.mailbox(), hers));

        assertThatThrownBy(() -> system.reading().open(patient, hers))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(system.inbox(patient)).extracting(MessageRow::id).containsExactly(two, one);
    }

    @Test
    void anObjectInThePlaceOfAnotherOpensNothing() throws Exception {
        Files.copy(
                blob(site.tenant(), two),
                blob(site.tenant(), one),
                StandardCopyOption.REPLACE_EXISTING);
        assertOneDoesNotOpen();

        Files.copy(
                blob(other, elsewhere),
                blob(site.tenant(), one),
                StandardCopyOption.REPLACE_EXISTING);
        assertOneDoesNotOpen();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "message.header",
                "slot.slot",
                "slot.sealed_summary",
            })
    void aDamagedRowSpoilsOnlyItself(String column) throws Exception {
        String table = column.substring(0, column.indexOf('.'));
        String name = column.substring(column.indexOf('.') + 1);
        for (String damage :
                new String[] {
                    "set_byte(%1$s, octet_length(%1$s) - 1, 255 - get_byte(%1$s, octet_length(%1$s)"
                            + " - 1))",
                    "substr(%1$s, 2)",
                    "'\\x'::bytea"
                }) {
            sql(
                    "UPDATE %s SET %s = %s WHERE message_id = '%s' "
                            .formatted(table, name, damage.formatted(name), two));

            // a slot of the right length is only found out when it is opened
            boolean shown =
                    name.equals("slot") && !damage.contains("substr") && !damage.contains("'");
            assertThat(system.inbox(patient))
                    .extracting(MessageRow::id)
                    .containsExactlyElementsOf(shown ? List.of(two, one) : List.of(one));
            assertThat(system.folders().thread(patient, threadOf(one))).hasSize(1);
        }
        if (!name.equals("sealed_summary")) {
            assertThatThrownBy(() -> system.reading().open(patient, two))
                    .isInstanceOf(OpeningFailedException.class);
        }
        assertThat(system.read(patient, one)).isEqualTo(TestSite.plain("one", "1"));
    }

    private void assertTampered(String columns) throws Exception {
        if (columns.contains("summary")) {
            assertThat(system.inbox(patient)).extracting(MessageRow::id).doesNotContain(one);
        } else {
            assertThat(system.inbox(patient)).extracting(MessageRow::id).contains(one);
        }
        if (columns.contains("slot")) {
            assertOneDoesNotOpen();
        } else {
            assertThat(system.read(patient, one)).isEqualTo(TestSite.plain("one", "1"));
        }
    }

    private void assertOneDoesNotOpen() {
        assertThatThrownBy(() -> system.reading().open(patient, one))
                .isInstanceOf(OpeningFailedException.class);
    }

    private ThreadId threadOf(MessageId message) throws Exception {
        return system.inbox(patient).stream()
                .filter(row -> row.id().equals(message))
                .findFirst()
                .orElseThrow()
                .thread();
    }

    private void swap(String table, String columns, String one, String other) {
        for (String column : columns.split(", ", -1)) {
            Object ones = value(table, column, one);
            Object others = value(table, column, other);
            put(table, column, one, others);
            put(table, column, other, ones);
        }
    }

    private Object value(String table, String column, String where) {
        return site.mailSql()
                .sql("SELECT %s FROM %s WHERE %s".formatted(column, table, where))
                .query((row, _) -> row.getObject(1))
                .single();
    }

    private void put(String table, String column, String where, Object value) {
        assertThat(
                        site.mailSql()
                                .sql(
                                        "UPDATE %s SET %s = :value WHERE %s"
                                                .formatted(table, column, where))
                                .param("value", value)
                                .update())
                .isEqualTo(1);
    }

    private void sql(String statement) {
        assertThat(JdbcClient.create(site.mailDatabase()).sql(statement).update()).isNotNegative();
    }

    private Path blob(TenantId tenant, MessageId id) {
        String name = id.toString();
        return site.blobFolder()
                .resolve(tenant.toString())
                .resolve(name.substring(name.length() - 2))
                .resolve(name);
    }
}
