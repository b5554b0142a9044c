package org.postern.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postern.db.store.MailDatabase;
import org.postern.mail.board.Board;
import org.postern.mail.board.BoardCopy;
import org.postern.mail.board.DatabaseCopy;
import org.postern.portal.signin.SignInRequests;
import org.postern.portal.status.RedisCopy;
import org.postern.server.board.BoardEndpoint;
import org.postern.server.board.BoardUpkeep;
import org.postern.server.board.Probes;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;

/// The notice board: of roles that claim work, and of those that show pages.
@Configuration(proxyBeanMethods = false)
class BoardConfiguration {

    @Bean
    Board board(
            MailDatabase database, ObjectProvider<RedisCopy> redis, HouseParts parts, Clock clock) {
        List<BoardCopy> copies = new ArrayList<>();
        redis.ifAvailable(copies::add);
        copies.add(new DatabaseCopy(database.board()));
        return new Board(copies, parts.folder().board(), clock);
    }

    @Bean
    BoardEndpoint boardEndpoint(Board board, Clock clock, SecureRandom random) {
        return new BoardEndpoint(board, clock, random, ZoneId.systemDefault());
    }

    @Bean
    BoardUpkeep boardUpkeep(
            Board board, Probes probes, ObjectProvider<SignInRequests> signInRequests) {
        List<Runnable> each = new ArrayList<>();
        each.add(probes);
        signInRequests.ifAvailable(found -> each.add(found::handOver));
        return new BoardUpkeep(board, each);
    }

    @Bean
    BoardMetrics boardMetrics(Board board, Clock clock) {
        return new BoardMetrics(board, clock);
    }

    @Bean
    Probes probes(
            Board board,
            MailDatabase database,
            ObjectProvider<DoorCheck> door,
            ObjectProvider<RedisConnectionFactory> redis,
            HouseParts parts,
            Clock clock,
            SecureRandom random) {
        return new Probes(
                board,
                database.jobs(),
                Optional.ofNullable(door.getIfAvailable())
                        .map(check -> () -> check.health().getStatus().equals(Status.UP)),
                () -> parts.redis().isEmpty() || answers(redis.getObject()),
                clock,
                random);
    }

    private static boolean answers(RedisConnectionFactory redis) {
        try (RedisConnection connection = redis.getConnection()) {
            return connection.ping() != null;
        } catch (DataAccessException e) {
            return false;
        }
    }
}
