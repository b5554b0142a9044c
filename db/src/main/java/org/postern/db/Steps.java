package org.postern.db;

/// Hears of every step reached. In production nobody listens; the crash tests halt the process
/// here.
@FunctionalInterface
public interface Steps {

    /// Nobody listens.
    Steps UNWATCHED = _ -> {};

    void reached(Step step);
}
