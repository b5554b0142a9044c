package org.postern.notifications.outgoing;

import org.postern.db.EmailAddress;

/// What a mail of ours says, before it has a form.
///
/// @param name makes the Message-ID, so that a repeated mail is recognisable as such: letters,
///   digits, dots, hyphens
/// @param author the display name before the From address
/// @param to whom it goes
public record Letter(String name, String author, EmailAddress to, String subject, Page page) {

    public Letter {
        author = PlainLine.of(author);
        subject = PlainLine.of(subject);
        if (!name.matches("[A-Za-z0-9.-]{1,100}")) {
            throw new IllegalArgumentException("not a name for a Message-ID");
        }
    }

    @Override
    public String toString() {
        return "Letter[" + name + "]";
    }
}
