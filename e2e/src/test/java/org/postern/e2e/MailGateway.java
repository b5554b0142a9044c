package org.postern.e2e;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A mail server in front of Postern, set up with the files of `gateway/`: it sends what is marked
/// to Postern and everything else to its next hop.
interface MailGateway {

    /// Where the files of `gateway/` point.
    ///
    /// @param postern Postern's SMTP port
    /// @param nextHop port of the server to which other mail goes
    record Neighbours(int postern, int nextHop) {

        /// A file of `gateway/` with this machine's names in place of the examples.
        String filled(String file) throws IOException {
            return Files.readString(Path.of("..", "gateway").resolve(file))
                    .replace("postern.example.com", "localhost")
                    .replace("2525", "" + postern);
        }
    }

    void start() throws Exception;

    /// Nothing happens if it does not run.
    void stop() throws Exception;

    /// Has it try everything in its queue at once.
    void retry() throws Exception;

    /// How many messages are in its queue.
    int waiting() throws Exception;

    /// Trusts the issuers in this PEM text alone.
    void trust(String certificates) throws Exception;

    /// Port for everybody's mail.
    int port();

    /// Port whose mail goes to Postern, marked or not.
    int everythingPort();

    /// Port for Postern's own notices.
    int noticePort();
}
