package org.postern.intake.dns;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;

/// Answers as long as they may be kept, the least wanted given up first. Thread-safe.
final class AnswerCache {

    /// What somebody publishes by mistake must not stay for the week that he allows.
    private static final Duration LONGEST = Duration.ofHours(1);

    private final Clock clock;
    private final Map<Key, Kept> answers;

    private record Key(Name name, int type) {}

    private record Kept(List<Record> records, Instant until) {}

    AnswerCache(int most, Clock clock) {
        this.clock = clock;
        this.answers =
                new LinkedHashMap<>(16, 0.75f, true) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    protected boolean removeEldestEntry(Map.Entry<Key, Kept> eldest) {
                        return size() > most;
                    }
                };
    }

    synchronized Optional<List<Record>> find(Name name, int type) {
        Key key = new Key(name, type);
        Kept kept = answers.get(key);
        if (kept == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(kept.until())) {
            answers.remove(key);
            return Optional.empty();
        }
        return Optional.of(kept.records());
    }

    synchronized void keep(Name name, int type, List<Record> records, Duration allowed) {
        Duration time = allowed.compareTo(LONGEST) > 0 ? LONGEST : allowed;
        answers.put(
                new Key(name, type), new Kept(List.copyOf(records), clock.instant().plus(time)));
    }

    synchronized int size() {
        return answers.size();
    }
}
