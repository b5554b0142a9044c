package org.postern.db.store;

/// The states of a job; the drawing is in ARCHITECTURE.md, "States of a job", the CHECK in the
/// first migration.
public enum JobState {
    AVAILABLE,
    RUNNING,
    RETRYABLE,
    COMPLETED,
    DISCARDED
}
