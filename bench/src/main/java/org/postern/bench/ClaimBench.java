package org.postern.bench;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.PrintStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.sql.DataSource;
import org.postern.db.store.Job;
import org.postern.db.store.JobStore;
import org.postern.db.store.MailSchema;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/// What it costs to claim sixteen due jobs and to complete them, while a thousand wait and while
/// very many do: of a hundred domains, and of one. Each in a database of its own of one PostgreSQL
/// with its settings as they come, measured by turns.
final class ClaimBench {

    private static final int FEW = 1_000;
    private static final int AT_ONCE = 16;
    private static final int WARM_UP = 10;
    private static final int ROUNDS = 50;
    private static final Duration LEASE = Duration.ofMinutes(1);

    private ClaimBench() {}

    static int run(int many, Clock clock, PrintStream out) throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
            out.println(
                    "| jobs that wait | of domains | claim of 16, median ms | with completing |");
            out.println("|---:|---:|---:|---:|");
            for (int domains : new int[] {100, 1}) {
                Scene few = scene(postgres, FEW, domains, clock.instant());
                Scene more = scene(postgres, many, domains, clock.instant());
                for (int i = 0; i < WARM_UP + ROUNDS; i++) {
                    few.round(i - WARM_UP, clock);
                    more.round(i - WARM_UP, clock);
                }
                few.print(out);
                more.print(out);
                out.printf(
                        Locale.ROOT,
                        "%nratio of claims: %.2f%n%n",
                        median(more.claims) / median(few.claims));
            }
        }
        return 0;
    }

    private static Scene scene(EmbeddedPostgres postgres, int jobs, int domains, Instant now) {
        String name = "claims_" + jobs + "_" + domains;
        JdbcClient.create(postgres.getPostgresDatabase()).sql("CREATE DATABASE " + name).update();
        DataSource database = postgres.getDatabase("postgres", name);
        MailSchema.migrate(database);
        JdbcClient sql =
                JdbcClient.create(
                        new SingleConnectionDataSource(
                                postgres.getJdbcUrl("postgres", name), "postgres", "", true));
        sql.sql(
                        """
                        INSERT INTO tenant (tenant_id, name, portal_host, created_at)
                        VALUES ('00000000-0000-0000-0000-000000000001', 'bench', 'bench.example', :now)
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
        // As they come: one each millisecond, with ids, its own and its message's, that begin with
        // the time (RFC 9562, section 5.7).
        sql.sql(
                        """
                        INSERT INTO job (job_id, tenant_id, kind, subject_id, run_at, created_at, destination)
                        SELECT (time || '70008' || substr(md5('job ' || n), 1, 15))::uuid, '00000000-0000-0000-0000-000000000001', 'notice',
                               (time || '70008' || substr(md5('message ' || n), 1, 15))::uuid, at, at,
                               sha256((n % :domains)::text::bytea)
                          FROM generate_series(1, :jobs) n
                         CROSS JOIN LATERAL (SELECT :now - (:jobs - n) * interval '1 millisecond') AS promised (at)
                         CROSS JOIN LATERAL (SELECT lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0')) AS begins (time)
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .param("domains", domains)
                .param("jobs", jobs)
                .update();
        sql.sql(
                        """
                        INSERT INTO destination (destination, look_at) SELECT DISTINCT destination, :now FROM job
                        """)
                .param("now", now.atOffset(ZoneOffset.UTC))
                .update();
        sql.sql("VACUUM ANALYZE").update();
        return new Scene(new JobStore(sql), jobs, domains);
    }

    private static double median(double[] millis) {
        double[] sorted = millis.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static final class Scene {

        private final JobStore store;
        private final int jobs;
        private final int domains;
        private final double[] claims = new double[ROUNDS];
        private final double[] whole = new double[ROUNDS];

        Scene(JobStore store, int jobs, int domains) {
            this.store = store;
            this.jobs = jobs;
            this.domains = domains;
        }

        void round(int number, Clock clock) {
            long begin = System.nanoTime();
            List<Job> claimed = store.claim(AT_ONCE, clock.instant(), LEASE);
            long taken = System.nanoTime();
            if (claimed.size() != AT_ONCE) {
                throw new IllegalStateException("claimed " + claimed.size());
            }
            claimed.forEach(job -> store.complete(job, clock.instant()));
            long done = System.nanoTime();
            if (number >= 0) {
                claims[number] = (taken - begin) / 1e6;
                whole[number] = (done - begin) / 1e6;
            }
        }

        void print(PrintStream out) {
            out.printf(
                    Locale.ROOT,
                    "| %,d | %d | %.2f | %.2f |%n",
                    jobs,
                    domains,
                    median(claims),
                    median(whole));
        }
    }
}
