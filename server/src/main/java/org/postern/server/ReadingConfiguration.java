package org.postern.server;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.keys.KeyService;
import org.postern.mail.door.Door;
import org.postern.mail.reading.Folders;
import org.postern.mail.reading.MessageLocks;
import org.postern.mail.reading.Reading;
import org.postern.mail.reading.Timelines;
import org.postern.mail.reply.Replies;
import org.postern.mail.spool.Spool;
import org.postern.notifications.job.Jobs;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The role `portal` behind its pages: reading and replies.
@Configuration(proxyBeanMethods = false)
class ReadingConfiguration {

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
    MessageLocks messageLocks(KeyService keys, Jobs jobs, SecureRandom random) {
        return new MessageLocks(keys, jobs, random);
    }

    @Bean
    Timelines timelines(
            KeyService keys, MailDatabase database, Jobs jobs, Clock clock, SecureRandom random) {
        return new Timelines(keys, database, jobs, new UuidV7(clock, random), clock);
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
