package org.postern.mail.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.MessageId;
import org.postern.db.TenantId;
import org.postern.db.store.Arrival;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.spool.Incoming;
import org.postern.mail.spool.Spool;

/// Somebody who can write to mail database and blob store exchanges what belongs to two messages
/// before they are delivered (promise P7).
class DeliveryTamperingTest {

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
    @ValueSource(
            strings = {
                "header",
                "spool_slot",
                "sealed_envelope",
                "header, spool_slot, sealed_envelope"
            })
    void whatBelongsToAnotherArrivalIsNeverDelivered(String columns) {
        swapColumns(his, hers, columns);

        assertNothingIsDelivered();
    }

    @Test
    void anObjectInThePlaceOfAnotherIsNeverDelivered() throws Exception {
        swapBlobs(site.tenant(), his, site.tenant(), hers);

        assertNothingIsDelivered();
    }

    @Test
    void rowsAndObjectsExchangedTogetherAreNeverDelivered() throws Exception {
        swapColumns(his, hers, "header, certificate, spool_slot, sealed_envelope");
        swapBlobs(site.tenant(), his, site.tenant(), hers);

        assertNothingIsDelivered();
    }

    @Test
    void aCertificateOfAnotherInstanceDeliversNothing() throws Exception {
        Path elsewhere = Files.createDirectories(folder.resolve("door-2"));
        Path otherSpool = Files.createDirectories(folder.resolve("spool-2"));
        Door other = Door.open(elsewhere, site.clock(), site.random());
        new DoorRefresh(other, system.keys().authority(), system.publisher(), site.clock())
                .refresh();
        var certificate = other.requireStanding().certificate();
        system.database()
                .transaction()
                .executeWithoutResult(_ ->
                        site.mailSql()
                                .sql("UPDATE arrival SET certificate = :certificate")
                                .param("certificate", certificate.encode())
                                .update());

        assertNothingIsDelivered();

        try (Incoming incoming =
                new Spool(otherSpool, other, site.clock(), site.random(), _ -> {}, 0)
                        .begin(site.envelope())) {
            assertThat(incoming.accept()).as("it is a good door otherwise").isNotNull();
        }
    }

    @Test
    void aDamagedObjectIsNeverDelivered() throws Exception {
        Path blob = site.blob(his);
        byte[] bytes = Files.readAllBytes(blob);
        for (int place : List.of(4, 40, 100, 200, 260, bytes.length - 1)) {
            byte[] damaged = bytes.clone();
            damaged[place] ^= 1;
            Files.write(blob, damaged);

            Arrival arrival = claim(his);
            assertThatThrownBy(() -> system.delivery().deliver(arrival))
                    .isInstanceOfAny(OpeningFailedException.class, IOException.class);
        }
        assertThat(site.count("message")).isZero();

        Files.write(blob, bytes);
        assertThat(system.delivery().deliver(claim(his))).as("restored").isTrue();
    }

    @Test
    void aMessageOfOneTenantIsNotDeliveredToAnother() throws Exception {
        TenantId other =
                site.addTenant("Other", "other.example", "example.net", "in.other.example");
        MessageId theirs =
                system.accept(
                        site.envelope(other, Optional.of(NURSE), PATIENT),
                        TestSite.plain("theirs", "for them"));
        system.emptySpool();

        swapColumns(his, theirs, "tenant_id, header, certificate, spool_slot, sealed_envelope");
        swapBlobs(site.tenant(), his, other, theirs);
        List<Arrival> arrivals = system.claim();

        for (Arrival arrival : arrivals) {
            if (!arrival.header().object().equals(hers.value())) {
                assertThatThrownBy(() -> system.delivery().deliver(arrival))
                        .isInstanceOf(OpeningFailedException.class);
            }
        }
        assertThat(site.count("message")).isZero();
    }

    @Test
    void mailPlantedWithoutADoorMakesNoMailbox() throws Exception {
        Arrival planted =
                new PlantedMail(site, system.door().requireStanding())
                        .arrival("victim@example.org");
        system.database().arrivals().insertIfAbsent(planted);

        Arrival arrival = claim(new MessageId(planted.header().object()));
        assertThatThrownBy(() -> system.delivery().deliver(arrival))
                .isInstanceOf(OpeningFailedException.class);
        assertThat(
                        site.ledgerSql()
                                .sql("SELECT count(*) FROM mailbox")
                                .query(Integer.class)
                                .single())
                .isZero();
    }

    private void assertNothingIsDelivered() {
        List<Arrival> arrivals = system.claim();
        for (Arrival arrival : arrivals) {
            assertThatThrownBy(() -> system.delivery().deliver(arrival))
                    .isInstanceOf(OpeningFailedException.class);
        }
        assertThat(site.count("message")).isZero();
        assertThat(site.count("slot")).isZero();
        assertThat(site.count("job")).isZero();
    }

    private Arrival claim(MessageId id) {
        site.clock().advance(MailSystem.LEASE);
        return system.claim().stream()
                .filter(arrival -> arrival.header().object().equals(id.value()))
                .findFirst()
                .orElseThrow();
    }

    private void swapColumns(MessageId one, MessageId other, String columns) {
        String others =
                List.of(columns.split(", ")).stream()
                        .map(column -> "other." + column)
                        .reduce((a, b) -> a + ", " + b)
                        .orElseThrow();
        int changed =
                site.mailSql()
                        .sql(
                                """
                                UPDATE arrival SET (%s) = ROW(%s) FROM arrival other
                                 WHERE arrival.spool_id IN (:ids) AND other.spool_id IN (:ids) AND arrival.spool_id <> other.spool_id
                                """
                                        .formatted(columns, others))
                        .param("ids", List.<UUID>of(one.value(), other.value()))
                        .update();
        assertThat(changed).isEqualTo(2);
    }

    private void swapBlobs(TenantId tenant, MessageId one, TenantId otherTenant, MessageId other)
            throws Exception {
        Path kept = folder.resolve("kept");
        Files.move(site.blob(tenant, one), kept);
        Files.move(
                site.blob(otherTenant, other),
                site.blob(tenant, one),
                StandardCopyOption.REPLACE_EXISTING);
        Files.move(kept, site.blob(otherTenant, other));
    }
}
