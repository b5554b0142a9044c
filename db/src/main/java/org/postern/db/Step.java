package org.postern.db;

/// The named steps of a message's life at which a process may die. ARCHITECTURE.md numbers the
/// stages they belong to.
public enum Step {
    SPOOL_FILE_WRITTEN,
    SPOOL_FILE_FORCED,
    SPOOL_ENTRY_RENAMED,
    SPOOL_DIRECTORY_FORCED,
    BLOB_PUT,
    ARRIVAL_INSERTED,
    ARRIVAL_COMMITTED,
    SPOOL_ENTRY_DELETED,
    ARRIVAL_CLAIMED,
    ARRIVAL_ADMITTED,
    MESSAGE_INSERTED,
    MESSAGE_DELIVERED,
    JOB_CLAIMED,
    MAIL_HANDED_OVER,
    JOB_COMPLETED
}
