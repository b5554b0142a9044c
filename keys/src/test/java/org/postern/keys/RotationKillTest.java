package org.postern.keys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postern.crypto.sealed.Slot;
import org.postern.db.TenantId;
import org.postern.keys.KeyScene.Sealed;
import org.postern.keys.KeyService.ReadingKey;
import org.postern.keys.LedgerUnderTest.Running;
import org.postern.keys.ledger.Inventory;
import org.postern.keys.ledger.Rotation;
import org.postern.keys.provider.LocalKeystore;

/// The process that rotates is killed, as by a power cut.
class RotationKillTest {

    private static final List<String> PEOPLE =
            List.of("patient@example.org", "mother@example.org", "father@example.org");

    private final SecureRandom random = new SecureRandom();
    private final LedgerUnderTest ledger = new LedgerUnderTest();
    private final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T12:00:00Z"));
    private final List<Delivered> messages = new ArrayList<>();

    @TempDir Path folder;

    private record Delivered(Sealed sealed, ReadingKey reader, Slot slot) {}

    @ParameterizedTest
    @EnumSource(Rotation.Step.class)
    void aRotationOfEveryKeyWhoseProcessIsKilledIsReadableAndGoesOn(Rotation.Step step)
            throws Exception {
        TenantId tenant = deliver();
        clock.advance(Duration.ofMinutes(1));

        rotateUntilKilledAt(step, tenant);

        Running next = start();
        readAll(next, tenant);
        assertThat(next.ledger().verifier().verify().named()).isEmpty();

        Rotation rotation = next.ledger().rotation();
        if (!next.ledger().inventory().root().under().keySet().equals(Set.of("2"))) {
            assertThat(rotation.rotateRoot().version()).isEqualTo("2");
        }
        rotation.rotateMailboxes(tenant);
        rotation.rotateTenant(tenant);
        for (int hour = 0; hour < 3; hour++) {
            rotation.sweep();
            readAll(next, tenant);
            clock.advance(Duration.ofHours(1));
        }
        Inventory.Tenant keys = next.ledger().inventory().tenant(tenant);
        assertThat(keys.versions()).as("one key wraps everything").hasSize(1);
        assertThat(keys.waiting()).isZero();
        assertThat(next.ledger().inventory().root().under()).containsOnlyKeys("2");
        assertThat(next.ledger().verifier().verify().named()).isEmpty();
        readAll(start(), tenant);
    }

    private TenantId deliver() throws Exception {
        KeyScene scene = start().scene();
        TenantId tenant = scene.tenant();
        for (String person : PEOPLE) {
            Sealed sealed = scene.message(tenant, Optional.of("nurse@example.com"), person);
            Slot slot = KeyScene.of(scene.admit(sealed), person).slot();
            messages.add(new Delivered(sealed, scene.signIn(tenant, person).reader(), slot));
        }
        return tenant;
    }

    private void rotateUntilKilledAt(Rotation.Step step, TenantId tenant) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                RotatingProcess.class.getName()));
        command.addAll(ledger.urls());
        command.addAll(
                List.of(
                        folder.resolve("root.keystore").toString(),
                        tenant.toString(),
                        clock.instant().toString(),
                        step.name()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        List<String> said = new ArrayList<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            String line = output.readLine();
            while (line != null && !line.startsWith(RotatingProcess.HALTED)) {
                said.add(line);
                line = output.readLine();
            }
            assertThat(line).as(String.join("\n", said)).isEqualTo(RotatingProcess.HALTED + step);
        } finally {
            process.destroyForcibly().waitFor();
        }
    }

    /// A process that remembers nothing.
    private Running start() throws Exception {
        return ledger.start(
                LocalKeystore.openOrCreate(
                        folder.resolve("root.keystore"), RotatingProcess.PASSPHRASE, random),
                clock,
                _ -> {});
    }

    private void readAll(Running process, TenantId tenant) throws Exception {
        for (Delivered message : messages) {
            assertThat(
                            message.sealed()
                                    .openedBy(
                                            process.scene()
                                                    .keys()
                                                    .open(
                                                            tenant,
                                                            message.reader(),
                                                            message.sealed().name(),
                                                            message.slot())))
                    .isTrue();
        }
        process.scene().authority().lend(tenant);
    }
}
