package org.postern.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import org.postern.db.Steps;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.reading.Folders;
import org.postern.mail.reading.Reading;
import org.postern.mail.reply.Replies;
import org.postern.mail.spool.HandOver;
import org.postern.mail.spool.Spool;
import org.postern.notifications.job.JobWorker;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The path of a message: door, spool, hand-over, delivery, reading, replies.
@Configuration(proxyBeanMethods = false)
class MailConfiguration {

    /// 1.5 times the largest message, as Postfix's queue_minfree.
    private static final long SPOOL_FLOOR_BYTES = 540L << 20;

    @Bean
    Door door(HouseParts parts, Clock clock, SecureRandom random) throws IOException {
        Path folder = parts.folder().keys().resolve("door");
        Files.createDirectories(folder);
        return Door.open(folder, clock, random);
    }

    @Bean
    SnapshotPublisher snapshotPublisher(MailDatabase database, Authority authority, Clock clock) {
        return new SnapshotPublisher(database, authority, clock);
    }

    @Bean
    DoorRefresh doorRefresh(
            Door door, Authority authority, SnapshotPublisher publisher, Clock clock) {
        return new DoorRefresh(door, authority, publisher, clock);
    }

    @Bean
    Spool spool(HouseParts parts, Door door, Clock clock, SecureRandom random, Steps steps)
            throws IOException {
        return new Spool(parts.folder().spool(), door, clock, random, steps, SPOOL_FLOOR_BYTES);
    }

    @Bean
    HandOver handOver(
            Spool spool,
            BlobStore blobs,
            MailDatabase database,
            DeliveryWorker deliveries,
            Clock clock,
            Steps steps) {
        return new HandOver(
                spool,
                blobs,
                database.arrivals(),
                database.transaction(),
                deliveries::wake,
                clock,
                steps);
    }

    @Bean
    Delivery delivery(
            KeyService keys,
            Authority authority,
            BlobStore blobs,
            MailDatabase database,
            Clock clock,
            SecureRandom random,
            Steps steps) {
        return new Delivery(keys, authority, blobs, database, clock, random, steps);
    }

    @Bean
    DeliveryWorker deliveryWorker(
            Delivery delivery, MailDatabase database, JobWorker jobs, Clock clock, Steps steps) {
        return new DeliveryWorker(delivery, database.arrivals(), jobs::wake, clock, steps);
    }

    @Bean
    Folders folders(KeyService keys, MailDatabase database, Clock clock) {
        return new Folders(keys, database.messages(), clock);
    }

    @Bean
    Reading reading(
            KeyService keys, MailDatabase database, BlobStore blobs, Door door, Clock clock) {
        return new Reading(keys, database.messages(), blobs, door, clock);
    }

    @Bean
    Replies replies(
            Reading reading,
            KeyService keys,
            Spool spool,
            Door door,
            Clock clock,
            SecureRandom random) {
        return new Replies(reading, keys, spool, door, clock, random);
    }
}
