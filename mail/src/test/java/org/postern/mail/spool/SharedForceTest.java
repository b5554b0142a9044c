package org.postern.mail.spool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SharedForceTest {

    private final AtomicInteger forces = new AtomicInteger();
    private final CountDownLatch diskGoesOn = new CountDownLatch(1);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();

    @AfterEach
    void stop() {
        diskGoesOn.countDown();
        executor.close();
    }

    @Test
    void whoeverAsksDuringOneForceSharesTheNext() throws Exception {
        SharedForce force = new SharedForce(this::slowly);
        Future<?> first = ask(force);
        await().until(() -> forces.get() == 1);
        List<Thread> threads = new ArrayList<>();
        List<Future<?>> others = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            others.add(ask(force, threads));
        }
        await().until(() -> areWaiting(threads, 50));
        diskGoesOn.countDown();
        first.get();
        for (Future<?> other : others) {
            other.get();
        }
        assertThat(forces).hasValue(2);
    }

    @Test
    void whoeverAsksAloneIsForcedAtOnce() throws Exception {
        diskGoesOn.countDown();
        SharedForce force = new SharedForce(this::slowly);
        force.force();
        force.force();
        assertThat(forces).hasValue(2);
    }

    @Test
    void aForceThatFailsFailsForAllWhoSharedItAndForNobodyElse() throws Exception {
        SharedForce force =
                new SharedForce(() -> {
                    slowly();
                    if (forces.get() == 2) {
                        throw new IOException("disk error");
                    }
                });
        Future<?> first = ask(force);
        await().until(() -> forces.get() == 1);
        List<Thread> threads = new ArrayList<>();
        List<Future<?>> sharers = List.of(ask(force, threads), ask(force, threads));
        await().until(() -> areWaiting(threads, 2));
        diskGoesOn.countDown();
        first.get();
        for (Future<?> sharer : sharers) {
            assertThatThrownBy(sharer::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasRootCauseMessage("disk error");
        }
        force.force();
        assertThat(forces).hasValue(3);
    }

    private void slowly() {
        forces.incrementAndGet();
        try {
            diskGoesOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Future<?> ask(SharedForce force) {
        return ask(force, new ArrayList<>());
    }

    private Future<?> ask(SharedForce force, List<Thread> threads) {
        return executor.submit(() -> {
            synchronized (threads) {
                threads.add(Thread.currentThread());
            }
            force.force();
            return null;
        });
    }

    private static boolean areWaiting(List<Thread> threads, int count) {
        synchronized (threads) {
            return threads.size() == count
                    && threads.stream()
                            .allMatch(thread -> thread.getState() == Thread.State.WAITING);
        }
    }
}
