package org.postern.server;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.postern.db.Steps;
import org.postern.keys.Role;
import org.postern.server.cli.Console;
import org.postern.server.cli.Up;
import org.postern.server.cli.UpOptions;
import org.postern.server.embedded.DataFolder;
import org.postern.server.embedded.DatabaseAccess;
import org.postern.server.embedded.LocalPostgres;
import org.postern.server.embedded.LocalRedis;
import org.postern.server.embedded.SelfSignedCertificate;
import org.postern.server.embedded.StartRefusedException;
import org.springframework.context.ConfigurableApplicationContext;

/// The roles of this process on one data folder, and the servers that they need: PostgreSQL, Redis.
final class EmbeddedHouse implements Up.House {

    private final Steps steps;

    EmbeddedHouse(Steps steps) {
        this.steps = steps;
    }

    @Override
    public int run(UpOptions options, DataFolder folder, Console console)
            throws StartRefusedException, InterruptedException {
        SecureRandom random = new SecureRandom();
        CountDownLatch stopped = new CountDownLatch(1);
        CountDownLatch gone = new CountDownLatch(1);
        // SIGTERM and Ctrl-C: the process may end once everything has been put away.
        Thread hook =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            stopped.countDown();
                            awaitQuietly(gone);
                            Runtime.getRuntime().halt(0);
                        });
        Runtime.getRuntime().addShutdownHook(hook);
        try (Servers servers = Servers.start(options, folder, random)) {
            HouseParts parts =
                    new HouseParts(
                            options,
                            folder,
                            options.databaseUrl()
                                    .map(EmbeddedHouse::elsewhere)
                                    .orElseGet(() -> mail(options, servers)),
                            keys(options, folder, servers, random),
                            servers.redis().map(LocalRedis::access),
                            servers.tls(),
                            folder.issueControlToken(random));
            try (ConfigurableApplicationContext house = PosternApplication.start(parts, steps)) {
                house.getBean(Readiness.class).announceWhenReady(console);
                stopped.await();
            }
            return 0;
        } finally {
            gone.countDown();
            forget(hook);
        }
    }

    /// Whoever is a worker owns the mail database, and whoever is everything with him.
    private static DatabaseAccess mail(UpOptions options, Servers servers) {
        return options.roles().roles().equals(Set.of(Role.KEYS))
                ? servers.requirePostgres().mailForKeys()
                : servers.requirePostgres().mail();
    }

    private static Optional<HouseParts.KeyParts> keys(
            UpOptions options, DataFolder folder, Servers servers, SecureRandom random)
            throws StartRefusedException {
        if (!options.roles().has(Role.KEYS)) {
            return Optional.empty();
        }
        return Optional.of(
                new HouseParts.KeyParts(
                        options.ledgerUrl()
                                .map(EmbeddedHouse::elsewhere)
                                .orElseGet(() -> servers.requirePostgres().ledger()),
                        Passphrase.of(options, folder, random)));
    }

    /// A start that failed ends with a status of its own, not with the one of a stop that was asked
    /// for.
    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // it is running: somebody asked us to stop
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /// User and password stand in the URL, as the PostgreSQL driver reads them.
    private static DatabaseAccess elsewhere(String url) {
        return new DatabaseAccess(url, "", "");
    }

    /// The servers under the house, started side by side and stopped in good order.
    private record Servers(
            Optional<LocalPostgres> postgres,
            Optional<LocalRedis> redis,
            Optional<DoorCertificates> tls)
            implements AutoCloseable {

        static Servers start(UpOptions options, DataFolder folder, SecureRandom random)
                throws StartRefusedException, InterruptedException {
            try (ExecutorService side = Executors.newVirtualThreadPerTaskExecutor()) {
                Future<Optional<LocalPostgres>> postgres =
                        side.submit(() ->
                                options.needsLocalPostgres()
                                        ? Optional.of(LocalPostgres.start(folder, random))
                                        : Optional.empty());
                Future<Optional<DoorCertificates>> tls =
                        side.submit(() ->
                                options.roles().has(Role.INTAKE)
                                        ? Optional.of(certificate(options, folder, random))
                                        : Optional.empty());
                Future<Optional<LocalRedis>> redis =
                        side.submit(() ->
                                options.roles().has(Role.PORTAL)
                                        ? Optional.of(LocalRedis.start(folder, random))
                                        : Optional.empty());
                try {
                    return new Servers(get(postgres), get(redis), get(tls));
                } catch (StartRefusedException e) {
                    onceStarted(redis).flatMap(found -> found).ifPresent(LocalRedis::close);
                    onceStarted(postgres).flatMap(found -> found).ifPresent(LocalPostgres::close);
                    throw e;
                }
            }
        }

        LocalPostgres requirePostgres() {
            return postgres.orElseThrow();
        }

        @Override
        public void close() {
            redis.ifPresent(LocalRedis::close);
            postgres.ifPresent(LocalPostgres::close);
        }

        /// The operator's own, or else one for this machine.
        private static DoorCertificates certificate(
                UpOptions options, DataFolder folder, SecureRandom random)
                throws StartRefusedException, GeneralSecurityException {
            Clock clock = Clock.systemUTC();
            if (!options.tlsCertificates().isEmpty()) {
                List<CertificateFiles.Pair> pairs = new ArrayList<>();
                for (int i = 0; i < options.tlsCertificates().size(); i++) {
                    pairs.add(
                            new CertificateFiles.Pair(
                                    options.tlsCertificates().get(i), options.tlsKeys().get(i)));
                }
                return CertificateFiles.open(pairs, clock);
            }
            return new OwnCertificate(SelfSignedCertificate.obtain(folder, clock, random), clock);
        }

        /// One that is still starting is waited for: it must not outlive us. Empty if it never
        /// started, which is said already where it was the first to fail.
        private static <T> Optional<T> onceStarted(Future<T> server) throws InterruptedException {
            try {
                return Optional.of(server.get());
            } catch (ExecutionException e) {
                return Optional.empty();
            }
        }

        private static <T> T get(Future<T> future)
                throws StartRefusedException, InterruptedException {
            try {
                return future.get();
            } catch (ExecutionException e) {
                if (e.getCause() instanceof StartRefusedException refused) {
                    throw refused;
                }
                throw new StartRefusedException(
                        "a server under the house could not be started.", e);
            }
        }
    }
}
