package org.postern.notifications.notice;

/// How a recipient gets from a notice into the portal.
///
/// @param path where a link leads, from the first slash on
/// @param number by which the notice is known
/// @param zeroLink whether there is no link, since the recipient's organisation wants none in mail
public record Way(String path, String number, boolean zeroLink) {

    private static final int FIRST_GROUP = 3;

    /// The number as people read it.
    String grouped() {
        return number.substring(0, FIRST_GROUP) + "-" + number.substring(FIRST_GROUP);
    }
}
