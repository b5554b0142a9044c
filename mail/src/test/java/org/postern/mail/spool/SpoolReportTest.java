package org.postern.mail.spool;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;

/// A door says which spool keys it may still need.
class SpoolReportTest {

    private static final byte[] CONTENT = TestSite.plain("hello", "text");

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;
    private SpoolReport report;
    private long week;

    @BeforeEach
    void start() throws Exception {
        site = new TestSite(folder);
        system = site.start();
        report =
                new SpoolReport(
                        system.spool(), system.door(), system.keys().authority(), site.clock());
        week = system.door().requireStanding().snapshot().spoolKeyId();
    }

    @Test
    void aDoorThatHasNotReportedMayNeedEveryKey() {
        assertThat(needed()).isZero();
    }

    @Test
    void anEmptySpoolNeedsTheKeyOfItsSnapshot() throws Exception {
        report.refresh();

        assertThat(needed()).isEqualTo(week);
    }

    @Test
    void anEntryNeedsTheKeyItWasSealedTo() throws Exception {
        system.accept(site.envelope(), CONTENT);
        aWeekPasses();
        system.accept(site.envelope(), CONTENT);

        report.refresh();
        assertThat(needed()).isEqualTo(week);

        system.emptySpool();
        site.clock().advance(Duration.ofDays(1));
        report.refresh();
        assertThat(needed()).isEqualTo(week + 1);
    }

    @Test
    void anEntryThatCannotBeReadMayNeedAnyKey() throws Exception {
        Files.write(site.spool().resolve(site.id() + Spool.ENTRY), new byte[] {1, 2, 3});

        report.refresh();

        assertThat(needed()).isZero();
    }

    @Test
    void itIsSaidOnceADay() throws Exception {
        report.refresh();
        system.accept(site.envelope(), CONTENT);
        aWeekPasses();
        system.emptySpool();
        report.refresh();
        assertThat(needed()).isEqualTo(week + 1);

        site.ledgerSql().sql("UPDATE door SET needs_from = 1").update();
        report.refresh();
        assertThat(needed()).isEqualTo(1);
        site.clock().advance(Duration.ofDays(1));
        report.refresh();
        assertThat(needed()).isEqualTo(week + 1);
    }

    @Test
    void anArrivalNeedsItsKeyUntilItIsDelivered() throws Exception {
        system.accept(site.envelope(), CONTENT);
        system.emptySpool();
        assertThat(system.database().arrivals().oldestSpoolKey()).hasValue(week);

        system.deliver();

        assertThat(system.database().arrivals().oldestSpoolKey()).isEqualTo(OptionalLong.empty());
    }

    private void aWeekPasses() throws Exception {
        site.clock().advance(Duration.ofDays(7));
        system.refresh().refresh();
    }

    private long needed() {
        return site.ledgerSql().sql("SELECT needs_from FROM door").query(Long.class).single();
    }
}
