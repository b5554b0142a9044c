package org.postern.db;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/// Does things at the same time.
public final class AtOnce {

    private AtOnce() {}

    /// Begins all before any goes on, and gives what each returned.
    public static <T> List<T> run(int count, IntFunction<Callable<T>> work)
            throws InterruptedException, ExecutionException {
        CountDownLatch ready = new CountDownLatch(count);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                Callable<T> one = work.apply(i);
                futures.add(
                        threads.submit(() -> {
                            ready.countDown();
                            ready.await();
                            return one.call();
                        }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }
}
