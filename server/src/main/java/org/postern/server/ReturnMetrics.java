package org.postern.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.postern.mail.returned.ReturnedMail;

/// How much mail of ours came back, by what it said.
final class ReturnMetrics implements MeterBinder {

    private final ReturnedMail returned;

    ReturnMetrics(ReturnedMail returned) {
        this.returned = returned;
    }

    @Override
    public void bindTo(MeterRegistry registry) {
        for (String says : returned.counts().keySet()) {
            FunctionCounter.builder(
                            "mail.returned", returned, all -> all.counts().getOrDefault(says, 0L))
                    .description("mail of ours that came back, by what it said")
                    .tag("says", says)
                    .register(registry);
        }
    }
}
