package org.postern.portal.notice;

import java.time.Clock;
import org.postern.db.store.MailDatabase;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/// What notices lead to.
@Configuration(proxyBeanMethods = false)
public class NoticePagesConfiguration {

    @Bean
    NumberController numberController(MailDatabase database, Clock clock) {
        return new NumberController(database.notices(), database.timelines(), clock);
    }

    @Bean
    GenuineController genuineController(
            MailDatabase database, StringRedisTemplate redis, Clock clock) {
        return new GenuineController(database.notices(), new QuestionLimit(redis, clock));
    }
}
