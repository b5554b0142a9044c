package org.postern.portal.reading;

import java.security.SecureRandom;
import java.time.Clock;
import org.postern.crypto.sealed.UuidV7;
import org.postern.mail.reading.Folders;
import org.postern.mail.reading.MessageLocks;
import org.postern.mail.reading.Reading;
import org.postern.mail.reading.Timelines;
import org.postern.mail.reply.Replies;
import org.postern.portal.settings.PortalProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Reading.
@Configuration(proxyBeanMethods = false)
public class ReadingConfiguration {

    @Bean
    FolderController folderController(Folders folders) {
        return new FolderController(folders);
    }

    @Bean
    MessagePages messagePages(
            Reading reading,
            Folders folders,
            Replies replies,
            Timelines timelines,
            PortalProperties properties) {
        return new MessagePages(reading, folders, replies, timelines, properties);
    }

    @Bean
    MessageController messageController(MessagePages pages, Clock clock, SecureRandom random) {
        return new MessageController(pages, new UuidV7(clock, random));
    }

    @Bean
    TellAgainController tellAgainController(Timelines timelines) {
        return new TellAgainController(timelines);
    }

    @Bean
    LockController lockController(MessageLocks locks, Folders folders, Clock clock) {
        return new LockController(locks, new LockedRows(folders), clock);
    }

    @Bean
    PhoneController phoneController(MessageLocks locks, Folders folders) {
        return new PhoneController(locks, new LockedRows(folders));
    }

    @Bean
    MessageContentController messageContentController(MessagePages pages) {
        return new MessageContentController(pages);
    }
}
