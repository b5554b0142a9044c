package org.postern.crypto;

import java.io.IOException;
import org.postern.crypto.sealed.OpeningFailedException;

/// What a stream throws where opening a chunk fails: [OpeningFailedException] as an [IOException].
public final class ContentDamagedException extends IOException {

    private static final long serialVersionUID = 1L;

    ContentDamagedException(OpeningFailedException cause) {
        super(cause.getMessage(), cause);
    }
}
