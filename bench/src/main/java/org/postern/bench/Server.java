package org.postern.bench;

import java.io.IOException;

/// A mail server under test: it takes mail for `example.net` from `example.com` under STARTTLS.
interface Server extends AutoCloseable {

    /// As the table calls it.
    String name();

    int port();

    @Override
    void close() throws IOException;
}
