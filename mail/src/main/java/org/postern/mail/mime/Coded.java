package org.postern.mail.mime;

/// A constant with the number by which stored indexes know it.
interface Coded {
    int code();
}
