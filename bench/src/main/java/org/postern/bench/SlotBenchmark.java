package org.postern.bench;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.postern.crypto.DataKey;
import org.postern.crypto.ShredSecret;
import org.postern.crypto.SlotName;
import org.postern.crypto.Slots;
import org.postern.crypto.WrappingKey;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.Slot;
import org.postern.crypto.sealed.SpoolSlot;

/// The data key alone: for a mailbox (symmetric) and for the spool (X-Wing, whose public-key work
/// is done once in ten seconds when sealing and once for each object when opening).
@State(Scope.Thread)
public class SlotBenchmark {

    private final DoorScene door = new DoorScene();
    private final ObjectHeader header = door.header();
    private final DataKey dataKey = DataKey.generate(door.random);
    private final WrappingKey mailboxKey = WrappingKey.generate(door.random, 1);
    private final WrappingKey tenantKey = WrappingKey.generate(door.random, 1);
    private final byte[] context = new byte[64];
    private final byte[] summary = new byte[400];
    private final ShredSecret shredSecret = ShredSecret.generate(door.random);
    private final SlotName name = SlotName.of(header, door.id());
    private final Slot slot = Slots.seal(dataKey, mailboxKey, shredSecret, name, door.random);
    private final SpoolSlot spoolSlot = door.spoolSealer.seal(dataKey, header);

    /// What admission and delivery make for each of a thousand recipients: a shred secret, wrapped;
    /// a slot; a sealed summary.
    @Benchmark
    public int slotsOfAThousand() {
        int bytes = 0;
        for (int i = 0; i < 1000; i++) {
            ShredSecret secret = ShredSecret.generate(door.random);
            SlotName one = SlotName.of(header, door.id());
            bytes += tenantKey.wrap(secret, context, door.random).toBytes().length;
            bytes += Slots.seal(dataKey, mailboxKey, secret, one, door.random).toBytes().length;
            bytes +=
                    Slots.summaryKey(mailboxKey, secret, one)
                            .seal(summary, header.hash(), door.random)
                            .toBytes()
                            .length;
        }
        return bytes;
    }

    /// A slot for one more mailbox, as at admission.
    @Benchmark
    public Slot sealSlot() {
        return Slots.seal(dataKey, mailboxKey, shredSecret, name, door.random);
    }

    /// A reader's slot, as at every reading.
    @Benchmark
    public DataKey openSlot() throws OpeningFailedException {
        return Slots.open(slot, mailboxKey, shredSecret, name);
    }

    /// A spool slot, as at the door for every message.
    @Benchmark
    public SpoolSlot sealSpoolSlot() {
        return door.spoolSealer.seal(dataKey, door.header());
    }

    /// A spool slot, as at every admission.
    @Benchmark
    public DataKey openSpoolSlot() throws OpeningFailedException {
        return door.spoolKey.open(spoolSlot, header);
    }
}
