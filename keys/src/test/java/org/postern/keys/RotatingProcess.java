package org.postern.keys;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.postern.db.TenantId;
import org.postern.keys.ledger.Rotation;
import org.postern.keys.ledger.Rotation.Step;
import org.postern.keys.provider.LocalKeystore;

/// A process that rotates every key of a ledger and stops dead at a step, to be killed there.
final class RotatingProcess {

    /// What it writes when it has stopped.
    static final String HALTED = "halted at ";

    static final char[] PASSPHRASE = "correct horse battery staple".toCharArray();

    private static final int HOURS = 3;

    private RotatingProcess() {}

    /// Rotates until it has come to the step.
    ///
    /// @param words URL of the ledger, URL of the mail database, the root key's file, the tenant,
    ///   the time that it is, and the step
    public static void main(String[] words) throws Exception {
        LedgerUnderTest ledger = LedgerUnderTest.at(words[0], words[1]);
        TenantId tenant = new TenantId(UUID.fromString(words[3]));
        SettableClock clock = new SettableClock(Instant.parse(words[4]));
        Step last = Step.valueOf(words[5]);
        Rotation rotation =
                ledger.start(
                                LocalKeystore.openOrCreate(
                                        Path.of(words[2]), PASSPHRASE, new SecureRandom()),
                                clock,
                                step -> halt(step, last))
                        .ledger()
                        .rotation();
        rotation.rotateRoot();
        rotation.rotateSigning();
        rotation.rotateMailboxes(tenant);
        rotation.rotateTenant(tenant);
        for (int hour = 0; hour < HOURS; hour++) {
            rotation.sweep();
            clock.advance(Duration.ofHours(1)); // the new version has settled
        }
        System.out.println("never came to " + last);
    }

    private static void halt(Step step, Step last) {
        if (step == last) {
            System.out.println(HALTED + step);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
