package org.postern.keys;

import org.springframework.dao.TransientDataAccessResourceException;

/// More was asked than is allowed at a time. Nothing was done and nothing is lost: try again later.
public final class KeysBusyException extends TransientDataAccessResourceException {

    private static final long serialVersionUID = 1L;

    public KeysBusyException() {
        super("asked too often");
    }
}
