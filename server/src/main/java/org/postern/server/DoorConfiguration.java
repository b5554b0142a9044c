package org.postern.server;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.Steps;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.Role;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.spool.HandOver;
import org.postern.mail.spool.Spool;
import org.postern.mail.spool.SpoolReport;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// What every process that seals has, the roles `intake` and `portal`: its standing, its spool, and
/// the hand-over.
@Configuration(proxyBeanMethods = false)
class DoorConfiguration {

    /// 1.5 times the largest message, as Postfix's queue_minfree.
    private static final long SPOOL_FLOOR_BYTES = 540L << 20;

    /// A process without the role `worker` takes what a worker has published.
    @Bean
    DoorRefresh doorRefresh(
            Door door,
            Authority authority,
            ObjectProvider<SnapshotPublisher> publisher,
            MailDatabase database,
            HouseParts parts,
            Clock clock) {
        SnapshotPublisher own = publisher.getIfAvailable();
        DoorRefresh refresh =
                own == null
                        ? new DoorRefresh(door, authority, database.snapshots()::newest, clock)
                        : new DoorRefresh(door, authority, own, clock);
        return parts.options().roles().has(Role.INTAKE) ? refresh.takingReturnedMail() : refresh;
    }

    @Bean
    Spool spool(HouseParts parts, Door door, Clock clock, SecureRandom random, Steps steps)
            throws IOException {
        return new Spool(parts.folder().spool(), door, clock, random, steps, SPOOL_FLOOR_BYTES);
    }

    @Bean
    SpoolMetrics spoolMetrics(Spool spool, Clock clock) {
        return new SpoolMetrics(spool, clock);
    }

    @Bean
    SpoolReport spoolReport(Spool spool, Door door, Authority authority, Clock clock) {
        return new SpoolReport(spool, door, authority, clock);
    }

    /// Wakes the worker where there is one in this process; others look again by themselves.
    @Bean
    HandOver handOver(
            Spool spool,
            BlobStore blobs,
            MailDatabase database,
            ObjectProvider<DeliveryWorker> deliveries,
            Clock clock,
            Steps steps) {
        DeliveryWorker worker = deliveries.getIfAvailable();
        return new HandOver(
                spool,
                blobs,
                database.arrivals(),
                database.transaction(),
                worker == null ? () -> {} : worker::wake,
                clock,
                steps);
    }
}
