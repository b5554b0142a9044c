package org.postern.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import org.postern.db.Steps;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.mail.board.Board;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.returned.ReturnedMail;
import org.postern.notifications.job.JobHandler;
import org.postern.notifications.job.JobWorker;
import org.postern.notifications.job.RelayReplies;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `worker`: delivery, and the snapshot from which all doors work.
@Configuration(proxyBeanMethods = false)
class DeliveryConfiguration {

    @Bean
    SnapshotPublisher snapshotPublisher(
            MailDatabase database, Authority authority, HouseParts parts, Clock clock) {
        return new SnapshotPublisher(
                database, authority, parts.options().textMessages().isPresent(), clock);
    }

    @Bean
    ReturnedMail returnedMail(
            MailDatabase database, List<JobHandler> handlers, RelayReplies replies, Clock clock) {
        return new ReturnedMail(database, handlers, replies, clock);
    }

    @Bean
    ReturnMetrics returnMetrics(ReturnedMail returned) {
        return new ReturnMetrics(returned);
    }

    @Bean
    Delivery delivery(
            KeyService keys,
            Authority authority,
            BlobStore blobs,
            MailDatabase database,
            ReturnedMail returned,
            Clock clock,
            SecureRandom random,
            Steps steps) {
        return new Delivery(keys, authority, blobs, database, returned, clock, random, steps);
    }

    @Bean
    DeliveryWorker deliveryWorker(
            Delivery delivery,
            MailDatabase database,
            JobWorker jobs,
            Board board,
            Clock clock,
            Steps steps) {
        return new DeliveryWorker(
                delivery, database.arrivals(), jobs::wake, board::isMaintenance, clock, steps);
    }
}
