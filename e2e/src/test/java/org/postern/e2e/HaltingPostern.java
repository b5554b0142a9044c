package org.postern.e2e;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.postern.db.Step;
import org.postern.server.Postern;

/// Postern, but told a step's name on its standard input, the process stops dead when it next
/// passes that step, so that the test can kill it there.
public final class HaltingPostern {

    /// What the process writes when it has heard where to stop.
    static final String ARMED = "will halt at ";

    /// What the process writes when it has stopped.
    static final String HALTED = "halted at ";

    private static final AtomicReference<@Nullable Step> halt = new AtomicReference<>();

    private HaltingPostern() {}

    public static void main(String[] words) {
        Thread.ofPlatform().daemon().name("halt-orders").start(HaltingPostern::listen);
        System.exit(Postern.run(HaltingPostern::reached, words));
    }

    private static void listen() {
        try (var orders =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = orders.readLine(); line != null; line = orders.readLine()) {
                halt.set(Step.valueOf(line));
                System.out.println(ARMED + line);
            }
        } catch (IOException e) {
            System.out.println("no more orders: " + e);
        }
    }

    private static void reached(Step step) {
        if (halt.compareAndSet(step, null)) {
            System.out.println(HALTED + step);
            for (CountDownLatch never = new CountDownLatch(1); ; ) {
                try {
                    never.await();
                } catch (InterruptedException e) {
                    // Dead processes are not interrupted.
                }
            }
        }
    }
}
