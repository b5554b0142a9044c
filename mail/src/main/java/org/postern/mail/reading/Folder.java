package org.postern.mail.reading;

/// Where a mailbox's owner looks for messages.
public enum Folder {
    INBOX,
    SENT
}
