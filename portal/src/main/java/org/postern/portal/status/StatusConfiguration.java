package org.postern.portal.status;

import org.postern.mail.board.Board;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.redis.core.StringRedisTemplate;

/// Status page and notice board.
@Configuration(proxyBeanMethods = false)
public class StatusConfiguration {

    @Bean
    RedisCopy redisCopy(StringRedisTemplate redis) {
        return new RedisCopy(redis);
    }

    @Bean
    StatusController statusController(Board board, Components components) {
        return new StatusController(board, components);
    }
}
