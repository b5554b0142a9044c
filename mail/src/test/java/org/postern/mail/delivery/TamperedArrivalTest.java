package org.postern.mail.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.store.Arrival;
import org.postern.mail.LogLines;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.reading.MessageRow;
import org.postern.mail.reading.Reader;

/// Somebody who can write to mail database and blob store, against the worker (promise P7): what
/// was changed is never delivered and is an integrity event in the log, and all the other mail is.
class TamperedArrivalTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private MessageId his;
    private MessageId hers;

    @BeforeEach
    void twoArrive() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        his = system.accept(site.envelope(PATIENT), TestSite.plain("his", "for him"));
        hers = system.accept(site.envelope(DAUGHTER), TestSite.plain("hers", "for her"));
        system.emptySpool();
    }

    @ParameterizedTest
    @CsvSource({
        "header,0",
        "header,8", // tenant
        "header,47", // created
        "certificate,0",
        "certificate,44", // public key
        "certificate,150", // signature
        "spool_slot,7", // id of the spool key
        "spool_slot,8", // ML-KEM ciphertext
        "spool_slot,1127", // X25519 share
        "spool_slot,1128", // sealed data key
        "spool_slot,1175", // its tag
        "sealed_envelope,0",
        "sealed_envelope,13",
    })
    void aChangedArrivalWaitsAndTheOthersAreDelivered(String column, int place) {
        int changed =
                site.mailSql()
                        .sql(
                                "UPDATE arrival SET %1$s = set_byte(%1$s, %2$d, get_byte(%1$s, %2$d) # 1)"
                                                .formatted(column, place)
                                        + " WHERE spool_id = :his")
                        .param("his", his.value())
                        .update();
        assertThat(changed).isEqualTo(1);

        assertHisWaitsAndHersIsDelivered();
    }

    @Test
    void aChangedObjectWaitsAndTheOthersAreDelivered() throws Exception {
        byte[] bytes = Files.readAllBytes(site.blob(his));
        bytes[bytes.length - 20] ^= 1;
        Files.write(site.blob(his), bytes);

        assertHisWaitsAndHersIsDelivered();
    }

    @Test
    void mailPlantedWithoutASealWaitsAndTheOthersAreDelivered() throws Exception {
        Arrival planted =
                new PlantedMail(site, system.door().requireStanding())
                        .arrival("victim@example.org");
        system.database().arrivals().insertIfAbsent(planted);
        MessageId id = new MessageId(planted.header().object());

        try (LogLines log = new LogLines();
                DeliveryWorker worker = system.worker()) {
            worker.start();
            await().until(() -> site.count("message") == 2 && isLogged(log, id));
        }
        assertThat(system.inbox(system.signIn(PATIENT))).hasSize(1);
        assertThat(system.inbox(system.signIn(DAUGHTER))).hasSize(1);
        assertThat(system.database().messages().find(site.tenant(), id)).isEmpty();
    }

    /// The spool key still lives, so the spool slot of the arrival opens; the ledger remembers that
    /// it was admitted.
    @Test
    void anArrivalBroughtBackAfterRecallRevivesNothing() throws Exception {
        Kept kept = arrival(his);
        byte[] object = Files.readAllBytes(site.blob(his));
        system.deliver();
        Reader patient = system.signIn(PATIENT);
        system.keys().service().destroy(site.tenant(), his, Set.of());
        for (String table : List.of("job", "slot", "message")) {
            site.mailSql()
                    .sql(
                            "DELETE FROM "
                                    + table
                                    + " WHERE "
                                    + (table.equals("job") ? "subject_id" : "message_id")
                                    + " = :his")
                    .param("his", his.value())
                    .update();
        }
        Files.write(site.blob(his), object);
        restore(his, kept);

        system.deliver();

        assertThat(system.database().messages().find(site.tenant(), his)).isPresent();
        assertThat(system.inbox(patient)).isEmpty();
        assertThat(system.reading().open(patient, his)).isEmpty();
        assertThat(system.inbox(system.signIn(DAUGHTER)))
                .extracting(MessageRow::id)
                .containsExactly(hers);
    }

    /// Recalled for one of two: the other keeps it, whatever is brought back.
    @Test
    void anArrivalBroughtBackDoesNotReviveItForTheOneForWhomItWasRecalled() throws Exception {
        MessageId both =
                system.accept(site.envelope(PATIENT, DAUGHTER), TestSite.plain("both", "text"));
        system.emptySpool();
        Kept kept = arrival(both);
        system.deliver();
        Reader patient = system.signIn(PATIENT);
        Reader daughter = system.signIn(DAUGHTER);
        Set<MailboxId> recalledFor = Set.of(patient.mailbox());
        system.keys().service().destroy(site.tenant(), both, recalledFor);
        for (String table : List.of("slot", "message")) {
            site.mailSql()
                    .sql("DELETE FROM " + table + " WHERE message_id = :both")
                    .param("both", both.value())
                    .update();
        }
        restore(both, kept);

        system.deliver();

        assertThat(system.reading().open(patient, both)).isEmpty();
        assertThat(system.inbox(patient)).extracting(MessageRow::id).containsExactly(his);
        assertThat(system.read(daughter, both)).isEqualTo(TestSite.plain("both", "text"));
    }

    @Test
    void aSlotBroughtBackAfterRecallOpensNothing() throws Exception {
        system.deliver();
        Reader patient = system.signIn(PATIENT);
        Kept kept = kept("slot", "sealed_summary", "slot WHERE received AND message_id", his);
        system.keys().service().destroy(site.tenant(), his, Set.of(patient.mailbox()));
        int restored =
                site.mailSql()
                        .sql(
                                """
                                UPDATE slot SET slot = decode(:slot, 'hex'), sealed_summary = decode(:summary, 'hex')
                                 WHERE message_id = :his AND received
                                """)
                        .param("slot", kept.one())
                        .param("summary", kept.other())
                        .param("his", his.value())
                        .update();
        assertThat(restored).isEqualTo(1);

        assertThatThrownBy(() -> system.reading().open(patient, his))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(system.inbox(patient)).isEmpty();
    }

    private void assertHisWaitsAndHersIsDelivered() {
        try (LogLines log = new LogLines();
                DeliveryWorker worker = system.worker()) {
            worker.start();
            await().until(() -> site.count("message") == 1 && isLogged(log, his));
        }
        assertThat(system.database().messages().find(site.tenant(), hers)).isPresent();
        assertThat(system.database().arrivals().waiting()).isEqualTo(1);
    }

    private static boolean isLogged(LogLines log, MessageId message) {
        return log.lines().stream()
                .anyMatch(line ->
                        line.contains("integrity event: what=arrival")
                                && line.contains("message=" + message));
    }

    /// Two sealed columns of a row, in hexadecimal.
    private record Kept(String one, String other) {}

    private Kept arrival(MessageId message) {
        return kept("spool_slot", "sealed_envelope", "arrival WHERE spool_id", message);
    }

    private Kept kept(String one, String other, String row, MessageId message) {
        return site.mailSql()
                .sql(
                        "SELECT encode(%s, 'hex'), encode(%s, 'hex') FROM %s = :id"
                                .formatted(one, other, row))
                .param("id", message.value())
                .query((result, _) -> new Kept(result.getString(1), result.getString(2)))
                .single();
    }

    private void restore(MessageId message, Kept arrival) {
        int restored =
                site.mailSql()
                        .sql(
                                """
                                UPDATE arrival SET state = 'available', run_at = arrived_at,
                                                   spool_slot = decode(:slot, 'hex'), sealed_envelope = decode(:envelope, 'hex')
                                 WHERE spool_id = :id AND state = 'completed'
                                """)
                        .param("slot", arrival.one())
                        .param("envelope", arrival.other())
                        .param("id", message.value())
                        .update();
        assertThat(restored).isEqualTo(1);
    }
}
