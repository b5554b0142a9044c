package org.postern.server.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.store.BoardEntry;
import org.postern.db.store.BoardEntry.Word;
import org.postern.db.store.JobStore;
import org.postern.mail.board.Board;
import org.postern.mail.board.Part;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/// What the probes put on the board, with a mail database that does not answer.
class ProbesTest {

    @TempDir private Path folder;
    private final AtomicBoolean door = new AtomicBoolean(true);
    private Board board;
    private Probes probes;

    @BeforeEach
    void start() {
        PGSimpleDataSource nobody = new PGSimpleDataSource();
        nobody.setServerNames(new String[] {"127.0.0.1"});
        nobody.setPortNumbers(new int[] {1});
        board = new Board(List.of(), folder.resolve("board.json"), Clock.systemUTC());
        probes =
                new Probes(
                        board,
                        new JobStore(JdbcClient.create(nobody)),
                        Optional.of(door::get),
                        () -> true,
                        Clock.systemUTC(),
                        new SecureRandom());
    }

    private void look(int times) {
        for (int i = 0; i < times; i++) {
            probes.run();
        }
    }

    private Optional<Word> last(Part part) {
        return board.history(part).last().map(BoardEntry::word);
    }

    @Test
    void whatHoldsForAWhileGoesOnTheBoard() {
        look(Probes.STEADY - 1);
        assertThat(last(Part.READING)).isEmpty();

        look(1);

        assertThat(last(Part.READING)).contains(Word.AWAY);
        assertThat(last(Part.TELLING)).contains(Word.AWAY);
        assertThat(last(Part.TAKING)).contains(Word.WORKS);
    }

    @Test
    void aHiccupDoesNot() {
        look(Probes.STEADY);
        door.set(false);
        look(Probes.STEADY - 1);
        door.set(true);
        look(Probes.STEADY);

        assertThat(last(Part.TAKING)).contains(Word.WORKS);
        assertThat(board.history(Part.TAKING).badDays()).isEmpty();
        door.set(false);
        look(Probes.STEADY);
        assertThat(last(Part.TAKING)).contains(Word.AWAY);
    }
}
