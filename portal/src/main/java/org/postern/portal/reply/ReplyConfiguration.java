package org.postern.portal.reply;

import jakarta.servlet.MultipartConfigElement;
import org.postern.mail.reply.Replies;
import org.postern.portal.reading.MessagePages;
import org.postern.portal.settings.PortalProperties;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// Answering.
@Configuration(proxyBeanMethods = false)
public class ReplyConfiguration {

    /// @param springsOwn must not be there: what it parses lies on disk in clear
    @Bean
    ReplyController replyController(
            Replies replies,
            MessagePages pages,
            PortalProperties properties,
            ObjectProvider<MultipartConfigElement> springsOwn) {
        if (springsOwn.getIfAvailable() != null) {
            throw new IllegalStateException(
                    "set spring.servlet.multipart.enabled=false: uploads must not be written to"
                            + " disk in clear");
        }
        return new ReplyController(
                new ReplyForm(
                        replies, properties.maxFile().toBytes(), properties.maxReply().toBytes()),
                pages);
    }
}
