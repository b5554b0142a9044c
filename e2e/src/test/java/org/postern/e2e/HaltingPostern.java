package org.postern.e2e;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.postern.db.Step;
import org.postern.server.Postern;

/// Postern, but the process stops dead at a named step, so that the test can kill it there: the
/// first argument is the step, the second how often it is passed before.
public final class HaltingPostern {

    /// What the process writes when it has stopped.
    static final String HALTED = "halted at ";

    private HaltingPostern() {}

    public static void main(String[] words) {
        Step halt = Step.valueOf(words[0]);
        AtomicInteger left = new AtomicInteger(Integer.parseInt(words[1]));
        String[] rest = new String[words.length - 2];
        System.arraycopy(words, 2, rest, 0, rest.length);
        System.exit(
                Postern.run(
                        step -> {
                            if (step == halt && left.getAndDecrement() == 0) {
                                System.out.println(HALTED + step);
                                for (CountDownLatch never = new CountDownLatch(1); ; ) {
                                    try {
                                        never.await();
                                    } catch (InterruptedException e) {
                                        // Dead processes are not interrupted.
                                    }
                                }
                            }
                        },
                        rest));
    }
}
