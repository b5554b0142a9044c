package org.postern.mail.spool;

import java.io.IOException;

/// There is too little room on the spool's disk to take another message.
public final class SpoolFullException extends IOException {

    private static final long serialVersionUID = 1L;

    SpoolFullException() {
        super("too little room in the spool");
    }
}
