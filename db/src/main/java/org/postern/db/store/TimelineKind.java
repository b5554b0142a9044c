package org.postern.db.store;

import java.util.Arrays;

/// What can become of a message at a recipient. The CHECK in the migration has the same words.
public enum TimelineKind {
    /// The message is in the mailbox.
    ACCEPTED("accepted"),
    /// The notice could not be handed over yet.
    DEFERRED("deferred"),
    /// The notice is the other mail server's.
    TOLD("told"),
    /// The notice was given up.
    FAILED("failed"),
    /// A reminder was handed over.
    REMINDED("reminded"),
    /// The author wanted the recipient told once more, and the notice was handed over again.
    TOLD_AGAIN("told-again"),
    /// The notice's link was followed, as programs do that check mail.
    LINK_CHECKED("link-checked"),
    /// The notice's link was followed in a browser.
    LINK_OPENED("link-opened"),
    /// Somebody asked for a sign-in code for the mailbox.
    CODE_ASKED("code-asked"),
    /// The message was opened.
    READ("read"),
    /// The message was answered.
    ANSWERED("answered");

    private final String word;

    TimelineKind(String word) {
        this.word = word;
    }

    /// As it is stored.
    public String word() {
        return word;
    }

    static TimelineKind of(String word) {
        return Arrays.stream(values())
                .filter(kind -> kind.word.equals(word))
                .findFirst()
                .orElseThrow();
    }
}
