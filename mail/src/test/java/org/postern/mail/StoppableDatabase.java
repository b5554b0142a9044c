package org.postern.mail;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.postern.db.store.MailSchema;

/// A mail database of its own, whose PostgreSQL is stopped and started again on the same data.
public final class StoppableDatabase implements AutoCloseable {

    private final Path folder;
    private final int port;
    private final DataSource mail;
    private EmbeddedPostgres postgres;

    public StoppableDatabase(Path folder) throws IOException {
        this.folder = folder;
        this.postgres = start(0);
        this.port = postgres.getPort();
        this.mail = postgres.getPostgresDatabase();
        MailSchema.migrate(mail);
    }

    public DataSource mail() {
        return mail;
    }

    public void stop() throws IOException {
        postgres.close();
    }

    public void startAgain() throws IOException {
        postgres = start(port);
    }

    @Override
    public void close() throws IOException {
        postgres.close();
    }

    private EmbeddedPostgres start(int at) throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(folder)
                .setCleanDataDirectory(false)
                .setPort(at)
                .start();
    }
}
