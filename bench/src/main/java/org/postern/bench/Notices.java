package org.postern.bench;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/// Where notices come out.
interface Notices extends AutoCloseable {

    /// Since when each recipient has been told, as far as is known now.
    Map<String, Instant> told() throws IOException;

    @Override
    void close() throws IOException;
}
