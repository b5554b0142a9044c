package org.postern.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.BrowserContext;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mail comes in without a pause while the process is killed again and again, at no chosen moment:
/// what was answered 250 is there exactly once, and nothing is there that was not sent.
///
/// `-Dpostern.kills` says how often, `-Dpostern.seed` which moments.
@Tag("long")
class RandomKillsJourney {

    private static final int KILLS = Integer.getInteger("postern.kills", 200);
    private static final long SEED = Long.getLong("postern.seed", 2026L);
    private static final int SENDERS = 3;
    private static final int MILLIS_UNDER_LOAD = 2_000;
    private static final Pattern SUBJECT = Pattern.compile("Random kill ([0-9]+)\\b");

    @TempDir Path folder;

    private final Set<Integer> accepted = ConcurrentHashMap.newKeySet();
    private final Set<Integer> unanswered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger next = new AtomicInteger();

    @Test
    void whatWasAnswered250IsThereOnceWheneverTheProcessIsKilled() throws Exception {
        Path data = folder.resolve("random");
        PosternProcess.Ports ports = PosternProcess.Ports.free();
        Random random = new Random(SEED);
        for (int kill = 0; kill < KILLS; kill++) {
            PosternProcess postern = PosternProcess.start(data, ports);
            List<Thread> senders = senders(postern);
            diesWithin(postern, random.nextInt(1, MILLIS_UNDER_LOAD));
            for (Thread sender : senders) {
                sender.join();
            }
        }
        assertThat(accepted).hasSizeGreaterThan(KILLS);
        try (PosternProcess postern = PosternProcess.start(data, ports);
                Browser browser = new Browser()) {
            for (int sender = 0; sender < SENDERS; sender++) {
                int mine = sender;
                Set<Integer> expected =
                        accepted.stream()
                                .filter(number -> number % SENDERS == mine)
                                .collect(Collectors.toCollection(TreeSet::new));
                try (BrowserContext context = browser.somebody(false)) {
                    Reader reader = new Reader(postern, recipient(sender), context);
                    reader.followLatestNotice();
                    reader.signIn();
                    // Playwright answers one thread alone.
                    await().pollInSameThread()
                            .atMost(Duration.ofMinutes(5))
                            .pollInterval(Duration.ofSeconds(1))
                            .untilAsserted(
                                    () -> assertThat(inbox(reader).keySet()).containsAll(expected));
                    Map<Integer, Long> there = inbox(reader);
                    assertThat(there.values()).containsOnly(1L);
                    assertThat(expected).isSubsetOf(there.keySet());
                    Set<Integer> more = new TreeSet<>(there.keySet());
                    more.removeAll(expected);
                    assertThat(unanswered).containsAll(more);
                }
            }
        }
    }

    /// The end comes by timeout: nothing else completes what is waited for.
    private static void diesWithin(PosternProcess postern, int millis) throws Exception {
        try {
            new CompletableFuture<Void>().get(millis, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            postern.kill();
        } catch (ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    /// Each sends one message after the other on one connection until it breaks.
    private List<Thread> senders(PosternProcess postern) {
        return IntStream.range(0, SENDERS)
                .mapToObj(sender ->
                        Thread.ofVirtual()
                                .start(() -> {
                                    try (SmtpSession smtp = SmtpSession.open(postern)) {
                                        while (true) {
                                            sendNext(smtp, sender);
                                        }
                                    } catch (Exception | AssertionError e) {
                                        // It was killed. What it had answered is in `accepted`.
                                    }
                                }))
                .toList();
    }

    private void sendNext(SmtpSession smtp, int sender) throws IOException {
        int number = next.getAndIncrement() * SENDERS + sender;
        byte[] content =
                Mail.withAttachment(
                        "nurse@example.com",
                        recipient(sender),
                        "[Random kill " + number + "]",
                        "Text.",
                        "a.pdf",
                        Mail.file(2_000, number));
        unanswered.add(number);
        String reply = smtp.send("nurse@example.com", List.of(recipient(sender)), content);
        if (reply.startsWith("250")) {
            accepted.add(number);
            unanswered.remove(number);
        }
    }

    private static String recipient(int sender) {
        return "patient" + sender + "@example.org";
    }

    /// How often each number is in the inbox.
    private static Map<Integer, Long> inbox(Reader reader) {
        return reader.inbox().stream()
                .flatMap(page -> SUBJECT.matcher(page).results())
                .map(subject -> Integer.valueOf(subject.group(1)))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }
}
