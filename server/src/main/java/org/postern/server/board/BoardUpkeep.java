package org.postern.server.board;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.postern.mail.board.Board;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/// Brings the board up to date every two seconds, and has done what waits for the end of a
/// maintenance.
public final class BoardUpkeep implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(BoardUpkeep.class);
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final int LOOKS_A_DAY =
            (int) (Duration.ofDays(1).toSeconds() / LOOK.toSeconds());

    private final Board board;
    private final List<Runnable> each;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("board").unstarted(this::run);

    /// @param each done at every look
    public BoardUpkeep(Board board, List<Runnable> each) {
        this.board = board;
        this.each = List.copyOf(each);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() {
        stopping.countDown();
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive() && stopping.getCount() > 0;
    }

    private void run() {
        try {
            int looks = 0;
            boolean maintenance = board.isMaintenance();
            do {
                board.refresh();
                if (looks++ % LOOKS_A_DAY == 0) {
                    board.prune();
                }
                if (maintenance != board.isMaintenance()) {
                    maintenance = !maintenance;
                    log.info("maintenance has {}", maintenance ? "begun" : "ended");
                }
                each.forEach(BoardUpkeep::attempt);
            } while (!stopping.await(LOOK.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void attempt(Runnable one) {
        try {
            one.run();
        } catch (DataAccessException | TransactionException e) {
            log.debug("what waits goes on waiting: reason={}", e.getClass().getSimpleName());
        } catch (RuntimeException e) {
            log.error("upkeep of the board failed: reason={}", e.getClass().getSimpleName());
        }
    }
}
