package org.postern.notifications.job;

import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.LongAdder;
import org.postern.db.store.JobState;

/// How many attempts at jobs of each kind ended in which way, since this process started.
/// Thread-safe.
public final class JobCounts {

    private final Map<String, Map<JobState, LongAdder>> counts = new TreeMap<>();

    /// @param kinds of which there are handlers; those of others are not counted
    public JobCounts(Collection<JobHandler> kinds) {
        for (JobHandler each : kinds) {
            Map<JobState, LongAdder> ofKind = new EnumMap<>(JobState.class);
            for (JobState state : JobState.values()) {
                ofKind.put(state, new LongAdder());
            }
            counts.put(each.kind(), ofKind);
        }
    }

    public List<String> kinds() {
        return List.copyOf(counts.keySet());
    }

    public long sum(String kind, JobState state) {
        return counts.getOrDefault(kind, Map.of()).getOrDefault(state, new LongAdder()).sum();
    }

    void count(String kind, JobState state) {
        counts.getOrDefault(kind, Map.of()).getOrDefault(state, new LongAdder()).increment();
    }
}
