package org.postern.server;

import java.io.IOException;
import org.postern.crypto.sealed.OpeningFailedException;

/// Brings what this process works from up to date with the databases.
@FunctionalInterface
interface Refresh {

    void refresh() throws IOException, OpeningFailedException;
}
