package org.postern.mail.door;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.crypto.SigningKey;
import org.postern.crypto.SpoolKeyPair;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.db.ConnectorId;
import org.postern.db.store.SignedSnapshot;
import org.postern.db.store.Tenant;
import org.postern.mail.LogLines;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;

/// Somebody who can write to the mail database, or to a door's disk, replaces what doors work from
/// (promise P7).
class DoorTamperingTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private Snapshot before;

    @BeforeEach
    void start() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        before = system.door().requireStanding().snapshot();
    }

    /// What is put in the place of the snapshot that was published.
    enum Forgery {
        /// Mail would be sealed to a key whose other half the forger has.
        SPOOL_KEY,
        /// A mail server of the forger's could hand in mail in the organisation's name.
        CONNECTOR,
        NO_SNAPSHOT_AT_ALL,
        SIGNED_BY_ANOTHER,
        ANOTHER_NUMBER
    }

    @ParameterizedTest
    @EnumSource
    void aSnapshotReplacedInTheDatabaseIsPassedOverAndAnotherPublished(Forgery forgery)
            throws Exception {
        replace(forgery);

        try (LogLines log = new LogLines()) {
            system.refresh().refresh();

            if (forgery != Forgery.ANOTHER_NUMBER) {
                assertThat(log.lines())
                        .anySatisfy(line ->
                                assertThat(line).contains("integrity event: what=snapshot"));
            }
        }
        Snapshot now = system.door().requireStanding().snapshot();
        assertThat(now.number()).isGreaterThan(before.number());
        assertThat(now.spoolKey()).isEqualTo(before.spoolKey());
        assertThat(now.tenants()).isEqualTo(before.tenants());
        assertMailIsTaken(system);
    }

    @ParameterizedTest
    @EnumSource
    void aDoorThatPublishesNothingItselfKeepsWhatItHad(Forgery forgery) throws Exception {
        replace(forgery);
        var snapshots = system.database().snapshots();
        DoorRefresh refresh =
                new DoorRefresh(
                        system.door(), system.keys().authority(), snapshots::newest, site.clock());

        try (LogLines log = new LogLines()) {
            assertThatThrownBy(refresh::refresh).isInstanceOf(OpeningFailedException.class);

            assertThat(log.lines())
                    .anySatisfy(
                            line -> assertThat(line).contains("integrity event: what=snapshot"));
        }
        assertThat(system.door().requireStanding().snapshot()).isEqualTo(before);
        assertMailIsTaken(system);
    }

    @Test
    void aSpoolKeyReplacedOnADoorsDiskIsNotBelieved() throws Exception {
        Path file = site.doorFolder().resolve("snapshot.signed");
        byte[] bytes = Files.readAllBytes(file);
        byte[] document = forged(Forgery.SPOOL_KEY).encode();
        byte[] changed = Arrays.copyOf(bytes, 8 + 64 + document.length);
        System.arraycopy(document, 0, changed, 8 + 64, document.length);
        Files.write(file, changed);

        assertThatThrownBy(() -> Door.open(site.doorFolder(), site.clock(), site.random()))
                .isInstanceOf(IOException.class);
    }

    /// It is there for people who look at the ledger; nobody works from it.
    @Test
    void aPublicSpoolKeyReplacedInTheLedgerIsNeverSealedTo() throws Exception {
        assertThat(
                        site.ledgerSql()
                                .sql("UPDATE spool_key SET public_key = :other")
                                .param("other", strangersSpoolKey())
                                .update())
                .isPositive();
        site.clock().advance(Duration.ofHours(7));

        MailSystem restarted = site.start();

        assertThat(restarted.door().requireStanding().snapshot().number())
                .isGreaterThan(before.number());
        assertThat(restarted.door().requireStanding().snapshot().spoolKey())
                .isEqualTo(before.spoolKey());
        assertMailIsTaken(restarted);
    }

    private void assertMailIsTaken(MailSystem by) throws Exception {
        by.bring(site.envelope(), TestSite.plain("taken", "text"));
        assertThat(by.inbox(by.signIn(TestSite.PATIENT))).hasSize(1);
    }

    private void replace(Forgery forgery) throws Exception {
        SignedSnapshot published = system.door().requireStanding().signed();
        long number = published.number() + 1;
        byte[] document = forged(forgery).encode();
        byte[] signature = published.signature().toBytes();
        switch (forgery) {
            case SPOOL_KEY, CONNECTOR -> {}
            case NO_SNAPSHOT_AT_ALL -> document = new byte[] {'{'};
            case SIGNED_BY_ANOTHER ->
                    signature =
                            SigningKey.generate(site.random())
                                    .sign(Door.SNAPSHOT_PURPOSE, document)
                                    .toBytes();
            case ANOTHER_NUMBER -> document = published.document();
        }
        assertThat(
                        site.mailSql()
                                .sql(
                                        "UPDATE snapshot SET number = :number, document ="
                                            + " :document, signature = :signature WHERE number ="
                                            + " :published")
                                .param("number", number)
                                .param("document", document)
                                .param("signature", signature)
                                .param("published", published.number())
                                .update())
                .isEqualTo(1);
    }

    private Snapshot forged(Forgery forgery) {
        Tenant tenant = before.tenants().getFirst();
        Tenant.Connector connector =
                Tenant.Connector.of(
                        new ConnectorId(new UUID(0, 2)), "forged", List.of("192.0.2.0/24"));
        return new Snapshot(
                before.number() + 1,
                before.issuedAt(),
                before.validUntil(),
                before.spoolKeyId(),
                forgery == Forgery.SPOOL_KEY
                        ? Base64.getEncoder().encodeToString(strangersSpoolKey())
                        : before.spoolKey(),
                before.textMessages(),
                forgery == Forgery.CONNECTOR
                        ? List.of(
                                new Tenant(
                                        tenant.id(),
                                        tenant.name(),
                                        tenant.portalHost(),
                                        Optional.empty(),
                                        tenant.domains(),
                                        List.of(connector),
                                        tenant.rules()))
                        : before.tenants());
    }

    private byte[] strangersSpoolKey() {
        return SpoolKeyPair.generate(before.spoolKeyId(), site.random()).publicKey().toBytes();
    }
}
