package org.postern.mail.board;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;

/// The notice board, with the real database as one place and another that goes away.
class BoardTest {

    @TempDir private Path folder;
    private TestSite site;
    private DatabaseCopy database;
    private final OtherPlace other = new OtherPlace();
    private Board board;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        MailSystem system = site.start();
        database = new DatabaseCopy(system.database().board());
        board = board("one.json");
    }

    @AfterEach
    void putBack() {
        site.mailSql().sql("ALTER TABLE IF EXISTS away RENAME TO board_entry").update();
        site.mailSql().sql("DELETE FROM board_entry").update();
    }

    private Board board(String file) {
        return new Board(List.of(other, database), folder.resolve(file), site.clock());
    }

    private BoardEntry entry(UUID subject, Word word, Duration from, Duration until, String text) {
        Instant now = site.clock().instant();
        return new BoardEntry(
                UUID.randomUUID(),
                subject,
                word,
                now,
                Optional.of(now.plus(from)),
                Optional.of(now.plus(until)),
                text);
    }

    private BoardEntry entry(UUID subject, Word word, String text) {
        return new BoardEntry(
                UUID.randomUUID(),
                subject,
                word,
                site.clock().instant(),
                Optional.empty(),
                Optional.empty(),
                text);
    }

    private UUID schedule(Duration from, Duration until) {
        UUID subject = UUID.randomUUID();
        board.write(entry(subject, Word.SCHEDULED, from, until, "A new disk."));
        return subject;
    }

    @Test
    void aScheduledMaintenanceBeginsAndEndsByItself() {
        schedule(Duration.ofHours(1), Duration.ofHours(3));

        assertThat(board.isMaintenance()).isFalse();
        assertThat(board.ahead().map(Maintenance::text)).contains("A new disk.");
        site.clock().advance(Duration.ofHours(1));
        assertThat(board.isMaintenance()).isTrue();
        assertThat(board.ahead()).isEmpty();
        site.clock().advance(Duration.ofHours(2));
        assertThat(board.isMaintenance()).isFalse();
        assertThat(board.maintenances())
                .extracting(Maintenance::state)
                .containsExactly(Maintenance.State.COMPLETED);
    }

    @Test
    void oneThatWasBegunByHandEndsByHand() {
        UUID subject = schedule(Duration.ofHours(1), Duration.ofHours(3));
        board.write(entry(subject, Word.STARTED, ""));

        assertThat(board.isMaintenance()).isTrue();
        site.clock().advance(Duration.ofHours(9));
        assertThat(board.isMaintenance()).isTrue();
        board.write(entry(subject, Word.ENDED, ""));
        assertThat(board.isMaintenance()).isFalse();
    }

    @Test
    void everybodyIsToldTwoDaysBeforeOrWhenAnOperatorSaysSo() {
        UUID subject = schedule(Duration.ofDays(9), Duration.ofDays(10));

        assertThat(board.ahead()).isEmpty();
        site.clock().advance(Duration.ofDays(8));
        assertThat(board.ahead().map(Maintenance::id)).contains(subject);

        UUID later = schedule(Duration.ofDays(30), Duration.ofDays(31));
        board.write(entry(subject, Word.ENDED, "Called off."));
        assertThat(board.ahead()).isEmpty();
        site.clock().advance(Duration.ofSeconds(1));
        board.write(entry(later, Word.ANNOUNCED, "A new house."));
        assertThat(board.ahead().map(Maintenance::text)).contains("A new house.");
    }

    @Test
    void anIncidentIsTheStoryOfItsEntries() {
        UUID subject = UUID.randomUUID();
        for (Word word : List.of(Word.INVESTIGATING, Word.IDENTIFIED, Word.RESOLVED)) {
            board.write(entry(subject, word, word.stored()));
            site.clock().advance(Duration.ofMinutes(5));
        }

        assertThat(board.incidents())
                .singleElement()
                .satisfies(incident -> {
                    assertThat(incident.isOver()).isTrue();
                    assertThat(incident.entries())
                            .extracting(BoardEntry::text)
                            .containsExactly("investigating", "identified", "resolved");
                });
        site.clock().advance(Duration.ofDays(91));
        assertThat(board.incidents()).isEmpty();
    }

    @Test
    void whatIsWrittenWhileOnePlaceIsAwayReachesItAfterwards() {
        Board another = board("another.json");
        site.mailSql().sql("ALTER TABLE board_entry RENAME TO away").update();
        UUID subject = schedule(Duration.ZERO, Duration.ofHours(1));
        another.refresh();
        assertThat(another.isMaintenance()).isTrue();
        assertThat(site.mailSql().sql("SELECT count(*) FROM away").query(Integer.class).single())
                .isZero();

        site.mailSql().sql("ALTER TABLE away RENAME TO board_entry").update();
        board.refresh();

        assertThat(database.since(Instant.EPOCH))
                .extracting(BoardEntry::subject)
                .containsExactly(subject);
        other.entries.clear();
        another.refresh();
        assertThat(other.entries).hasSize(1);
    }

    @Test
    void nothingIsWrittenIfNobodyTakesIt() {
        other.away = true;
        site.mailSql().sql("ALTER TABLE board_entry RENAME TO away").update();

        assertThatThrownBy(() -> schedule(Duration.ZERO, Duration.ofHours(1)))
                .isInstanceOf(DataAccessException.class);
        assertThat(board.isMaintenance()).isFalse();
    }

    @Test
    void aProcessKnowsWhatItKnewWhenNobodyAnswersItsQuestions() throws Exception {
        schedule(Duration.ZERO, Duration.ofHours(1));
        other.away = true;
        site.mailSql().sql("ALTER TABLE board_entry RENAME TO away").update();

        Board again = board("one.json");
        again.refresh();

        assertThat(again.isMaintenance()).isTrue();
        Files.writeString(folder.resolve("one.json"), "{half");
        assertThat(board("one.json").isMaintenance()).isFalse();
    }

    @Test
    void thePageTellsHowAPartHasBeenEachDay() {
        site.clock().advance(Duration.ofDays(1).minusMillis(millisOfDay()));
        saw(Part.READING, Word.WORKS);
        site.clock().advance(Duration.ofHours(6));
        saw(Part.READING, Word.AWAY);
        saw(Part.TELLING, Word.SLOW);
        site.clock().advance(Duration.ofSeconds(90));
        saw(Part.READING, Word.WORKS);
        site.clock().advance(Duration.ofHours(24));

        PartHistory history = board.history(Part.READING);

        assertThat(history.days()).hasSize(90);
        assertThat(history.days().getLast().worst()).contains(Word.WORKS);
        assertThat(history.days().get(87).worst()).isEmpty();
        assertThat(history.badDays())
                .containsExactly(history.days().get(88))
                .first()
                .satisfies(day -> assertThat(day.minutesAway()).isEqualTo(2));
        assertThat(history.worked()).contains("99.91");
        assertThat(board.history(Part.TELLING).badDays()).isEmpty();
        assertThat(board.history(Part.TAKING).worked()).isEmpty();
        assertThat(board.incidents()).isEmpty();
    }

    @Test
    void whileNobodyLooksNothingIsClaimed() {
        saw(Part.READING, Word.WORKS);
        site.clock().advance(Duration.ofDays(10));
        assertThat(board.history(Part.READING).lacks(Word.WORKS, site.clock().instant())).isTrue();
        saw(Part.READING, Word.WORKS);
        assertThat(board.history(Part.READING).lacks(Word.WORKS, site.clock().instant())).isFalse();

        assertThat(board.history(Part.READING).days().subList(82, 88))
                .allSatisfy(day -> assertThat(day.worst()).isEmpty());
    }

    @Test
    void whatIsSeenWhileAllPlacesAreAwayReachesThemAfterwards() {
        other.away = true;
        site.mailSql().sql("ALTER TABLE board_entry RENAME TO away").update();
        saw(Part.READING, Word.AWAY);
        assertThat(board("one.json").history(Part.READING).last()).isPresent();

        other.away = false;
        site.mailSql().sql("ALTER TABLE away RENAME TO board_entry").update();
        board.refresh();

        assertThat(database.since(Instant.EPOCH)).hasSize(1);
        assertThat(other.entries).hasSize(1);
    }

    private void saw(Part part, Word word) {
        board.note(
                new BoardEntry(
                        UUID.randomUUID(),
                        part.subject(),
                        word,
                        site.clock().instant(),
                        Optional.empty(),
                        Optional.empty(),
                        ""));
    }

    private long millisOfDay() {
        return site.clock().instant().toEpochMilli() % Duration.ofDays(1).toMillis();
    }

    @Test
    void whatNobodyCanLookAtAnyMoreIsForgotten() {
        schedule(Duration.ZERO, Duration.ofHours(1));
        site.clock().advance(Duration.ofDays(121));

        board.prune();

        assertThat(database.since(Instant.EPOCH)).isEmpty();
        assertThat(board.maintenances()).isEmpty();
    }

    /// A place that goes away when it is told to.
    private static final class OtherPlace implements BoardCopy {

        private final Map<UUID, BoardEntry> entries = new ConcurrentHashMap<>();
        private volatile boolean away;

        @Override
        public List<BoardEntry> since(Instant then) {
            return entries(then);
        }

        @Override
        public void add(BoardEntry entry) {
            entries(Instant.EPOCH);
            entries.putIfAbsent(entry.id(), entry);
        }

        @Override
        public void deleteBefore(Instant then) {
            entries.values().removeIf(entry -> entry.writtenAt().isBefore(then));
        }

        private List<BoardEntry> entries(Instant then) {
            if (away) {
                throw new DataAccessResourceFailureException("away");
            }
            return entries.values().stream()
                    .filter(entry -> !entry.writtenAt().isBefore(then))
                    .toList();
        }
    }
}
