package org.postern.notifications.job;

import java.util.function.BooleanSupplier;
import org.postern.db.store.JobStore;

/// How fast mail may leave.
///
/// @param atOnce how many jobs for one destination may run at once, whoever runs them
/// @param rate how often mail may go to one destination
/// @param held whether nothing can be sent now, so that what waits for a destination need not be
///   tried; what somebody waits for is tried all the same
public record Flow(int atOnce, DestinationRate rate, BooleanSupplier held) {

    /// As it comes.
    public static final Flow FREE =
            new Flow(JobStore.AT_ONCE, DestinationRate.UNLIMITED, () -> false);
}
