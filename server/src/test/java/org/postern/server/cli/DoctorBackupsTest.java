package org.postern.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorBackupsTest {

    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    @TempDir Path folder;

    private final Terminal terminal = new Terminal();

    @Test
    void backupsOfAWeekAreFine() throws Exception {
        file("2026-11-20/base.tar.gz", WEEK);
        file("2026-11-27/base.tar.gz", Duration.ZERO);

        assertThat(look(folder)).isZero();
        assertThat(terminal.out())
                .isEqualTo("OK  none of 2 files is older than seven days" + System.lineSeparator());
    }

    @Test
    void anOlderBackupIsNamedWithItsDay() throws Exception {
        Path old = file("2026-11-20/base.tar.gz", WEEK.plusMillis(1));
        file("2026-11-27/base.tar.gz", Duration.ZERO);

        assertThat(look(folder)).isOne();
        assertThat(terminal.out())
                .contains("WARN  " + old + " is of 2026-11-20")
                .doesNotContain("2026-11-27");
    }

    @Test
    void theArchivedLogCountsLikeABackupButTheHistoryOfTimelinesDoesNot() throws Exception {
        Path segment = file("archive/000000010000000000000003", Duration.ofDays(8));
        file("archive/00000002.history", Duration.ofDays(300));

        assertThat(look(folder)).isOne();
        assertThat(terminal.out()).contains(segment.toString()).doesNotContain(".history");
    }

    @Test
    void ofManyTheOldestAreNamedAndTheOthersCounted() throws Exception {
        for (int day = 8; day < 20; day++) {
            file("of-day-" + day, Duration.ofDays(day));
        }

        assertThat(look(folder)).isOne();
        assertThat(terminal.out().lines())
                .first()
                .isEqualTo("WARN  " + folder.resolve("of-day-19") + " is of 2026-11-08");
        assertThat(terminal.out()).contains("WARN  and 2 more").doesNotContain("of-day-9 ");
    }

    @Test
    void aFolderWithoutBackupsIsNotTakenForAGoodOne() {
        assertThat(look(folder)).isNotZero();
        assertThat(terminal.err()).contains("nothing was looked at");
    }

    @Test
    void whatIsNoFolderIsSaid() throws Exception {
        assertThat(look(file("base.tar", Duration.ZERO))).isNotZero();
        assertThat(terminal.err()).contains("base.tar is not a folder");
    }

    private int look(Path where) {
        return terminal.type(
                List.of(new DoctorBackups(Clock.fixed(NOW, ZoneOffset.UTC))),
                "doctor",
                "backups",
                where.toString());
    }

    private Path file(String name, Duration age) throws Exception {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
        return Files.setLastModifiedTime(file, FileTime.from(NOW.minus(age)));
    }
}
