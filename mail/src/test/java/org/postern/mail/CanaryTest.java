package org.postern.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.crypto.PasswordHash;
import org.postern.db.Envelope;
import org.postern.db.LockKind;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.store.Job;
import org.postern.db.store.MailRules;
import org.postern.mail.reading.MessageLocks;
import org.postern.mail.reading.OpenedMessage;
import org.postern.mail.reading.Reader;
import org.postern.mail.reply.Reply;
import org.postern.mail.spool.Incoming;
import org.postern.notifications.job.Outcome;
import org.postern.notifications.outgoing.Sender;
import org.postern.notifications.text.PinText;
import org.postern.notifications.words.Languages;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Words that are only in mail are looked for in every column of both databases, in what a dump of
/// them holds, in PostgreSQL's own files with its write-ahead log, in every object, the spool and
/// the log, after a message and its answer went all the way (promise P4).
class CanaryTest {

    private static final String RECIPIENT = "canaryrecipient@canarydomain.example";
    private static final String AUTHOR = "canaryauthor@example.com";
    private static final PhoneNumber PHONE = new PhoneNumber("+4917155501428");
    private static final PhoneNumber OTHER_PHONE = new PhoneNumber("+459155501428");
    private static final List<String> CANARIES =
            List.of(
                    "canaryrecipient",
                    "canarydomain",
                    "canaryauthor",
                    "Canaryname",
                    "Canarysubject",
                    "Canarybody",
                    "Canaryfile",
                    "Canaryreply",
                    "canary-msg-id",
                    "canaryreverse",
                    "canaryenvid",
                    "canaryorcpt",
                    "canarypassword",
                    "canaryhint",
                    "4917155501428",
                    "9155501428",
                    "Canarygivenup");

    private static final List<String> PLANTED = List.of("Plantedname");

    @TempDir private Path folder;

    @Test
    void noWordOfAnyMailIsAnywhereInClear() throws Exception {
        TestSite site = new TestSite(folder);
        MailSystem system = site.start();
        byte[] content =
                TestSite.lines(
                        "From: Canaryname <" + AUTHOR + ">",
                        "To: " + RECIPIENT,
                        "Subject: Canarysubject #read-once #expires=14d",
                        "Message-ID: <canary-msg-id@example.com>",
                        "Content-Type: multipart/mixed; boundary=b",
                        "",
                        "--b",
                        "",
                        "Canarybody ".repeat(3_000),
                        "--b",
                        "Content-Disposition: attachment; filename=Canaryfile.txt",
                        "",
                        "Canarybody",
                        "--b--");
        try (LogLines log = new LogLines()) {
            system.accept(envelope(site), content);
            try (Incoming refused = system.spool().begin(envelope(site))) {
                refused.write("Subject: Canarygivenup\r\n\r\n".getBytes(UTF_8));
                refused.write("Canarygivenup ".repeat(3_000).getBytes(UTF_8));
            }
            assertNoCanary("the spool", files(folder));
            system.accept(phoned(site), TestSite.plain("Canarysubject", "Canarybody"));
            system.emptySpool();
            assertNoCanary("mail database before delivery", rows(site.mailSql()));
            system.deliver();
            Reader reader = system.signIn(RECIPIENT);
            MessageId id = row(system, reader, LockKind.PASSWORD);
            assertThat(
                            system.keys()
                                    .service()
                                    .unlock(site.tenant(), reader.key(), id, "canarypassword"))
                    .isEmpty();
            try (OpenedMessage message = system.reading().open(reader, id).orElseThrow()) {
                assertThat(message.original().readAllBytes()).isEqualTo(content);
            }
            assertThat(typePin(system, site, reader, row(system, reader, LockKind.PHONE)))
                    .isEqualTo(PHONE);
            try (Reply reply = system.replies().begin(reader, id, site.id()).orElseThrow()) {
                reply.text("Canaryreply");
                try (OutputStream file = reply.attach("Canaryfile.txt", "text/plain")) {
                    file.write("Canarybody".getBytes(UTF_8));
                }
                reply.send();
            }
            system.emptySpool();
            system.deliver();
            Reader author = system.signIn(AUTHOR);
            assertThat(system.inbox(author)).hasSize(1);
            system.read(author, system.inbox(author).getFirst().id());
            assertThat(
                            system.keys()
                                    .service()
                                    .relock(
                                            site.tenant(),
                                            author.key(),
                                            row(system, reader, LockKind.PHONE),
                                            OTHER_PHONE))
                    .isTrue();

            assertNoCanary("the mail database", rows(site.mailSql()));
            assertNoCanary("the key ledger", rows(site.ledgerSql()));
            assertNoCanary("a dump of the mail database", dump(site.mail));
            assertNoCanary("a dump of the key ledger", dump(site.ledger));
            assertNoCanary("files", files(folder));
            assertNoCanaryInThePagesAndLogs(site.mailSql());
            assertNoCanary("the log", String.join("\n", log.lines()).getBytes(UTF_8));
        }
    }

    @Test
    void theSweepFindsWhatIsThere() throws Exception {
        TestSite site = new TestSite(folder);
        // Another word, since the pages and the log of the database keep it.
        site.addTenant("Plantedname", "other.example", "example.net", "in.other.example");
        assertThat(found(rows(site.mailSql()), PLANTED)).containsExactly("Plantedname");
        assertThat(found(dump(site.mail), PLANTED)).containsExactly("Plantedname");
        assertThat(written(site.mailSql()))
                .anySatisfy(
                        file -> assertThat(found(Files.readAllBytes(file), PLANTED)).isNotEmpty());

        for (Charset charset : List.of(UTF_8, UTF_16LE, UTF_16BE)) {
            assertThat(found(("xyz" + "Canarybody").getBytes(charset)))
                    .as(charset.name())
                    .containsExactly("Canarybody");
        }
        for (int shift = 0; shift < 3; shift++) {
            String text = "x".repeat(shift) + "Canarysubject and more";
            assertThat(found(Base64.getEncoder().encode(text.getBytes(UTF_8))))
                    .as("base64 shifted by %s", shift)
                    .containsExactly("Canarysubject");
        }
        Files.writeString(folder.resolve("canaryauthor"), "x");
        assertThat(found(files(folder))).containsExactly("canaryauthor");
    }

    private static void assertNoCanary(String where, byte[] bytes) {
        assertThat(bytes).as(where).isNotEmpty();
        assertThat(found(bytes)).as(where).isEmpty();
    }

    /// As it is, in capitals, in UTF-16, in hexadecimal, and in base64 at each of its three
    /// offsets.
    private static List<String> found(byte[] bytes) {
        return found(bytes, CANARIES);
    }

    private static List<String> found(byte[] bytes, List<String> canaries) {
        String text = new String(bytes, ISO_8859_1);
        String small = text.toLowerCase(Locale.ROOT);
        List<String> found = new ArrayList<>();
        for (String canary : canaries) {
            List<String> exact = new ArrayList<>();
            for (int shift = 0; shift < 3; shift++) {
                exact.add(base64(canary, shift));
            }
            String lower = canary.toLowerCase(Locale.ROOT);
            boolean hit =
                    exact.stream().anyMatch(text::contains)
                            || small.contains(lower)
                            || small.contains(new String(lower.getBytes(UTF_16BE), ISO_8859_1))
                            || small.contains(HexFormat.of().formatHex(canary.getBytes(UTF_8)));
            if (hit) {
                found.add(canary);
            }
        }
        return found;
    }

    /// The part of the base64 that does not depend on the neighbours.
    private static String base64(String canary, int shift) {
        byte[] shifted = ("x".repeat(shift) + canary).getBytes(UTF_8);
        String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
        int whole = shifted.length / 3 * 4;
        return encoded.substring(shift == 0 ? 0 : 4, whole);
    }

    private static void assertNoCanaryInThePagesAndLogs(JdbcClient sql) throws IOException {
        List<Path> written = written(sql);
        assertThat(written).anyMatch(file -> file.toString().contains("pg_wal"));
        for (Path file : written) {
            assertThat(found(Files.readAllBytes(file))).as(file.toString()).isEmpty();
        }
    }

    /// What PostgreSQL has on disk of its databases: pages, write-ahead log and all else.
    private static List<Path> written(JdbcClient sql) throws IOException {
        sql.sql("CHECKPOINT").update();
        String folder = sql.sql("SHOW data_directory").query(String.class).single();
        List<Path> base =
                sql.sql("SELECT oid FROM pg_database WHERE datname IN ('mail', 'ledger')")
                        .query((row, _) -> Path.of(folder, "base", row.getString(1)))
                        .list();
        try (Stream<Path> paths = Files.walk(Path.of(folder))) {
            return paths.filter(Files::isRegularFile)
                    .filter(file ->
                            !file.startsWith(Path.of(folder, "base"))
                                    || base.stream().anyMatch(file::startsWith))
                    .toList();
        }
    }

    /// Every row of every column that the database says it has, as bytes.
    private static byte[] rows(JdbcClient sql) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<Column> columns = columns(sql);
        assertThat(columns)
                .hasSizeGreaterThan(30)
                .anyMatch(column -> column.name().equals("sealed_address"));
        for (Column column : columns) {
            sql.sql("SELECT %s FROM %s".formatted(column.name(), column.table()))
                    .query(row -> {
                        if (row.getObject(1) != null) {
                            all.writeBytes(
                                    column.type().equals("bytea")
                                            ? row.getBytes(1)
                                            : row.getString(1).getBytes(UTF_8));
                        }
                        all.write('\n');
                    });
        }
        return all.toByteArray();
    }

    private record Column(String table, String name, String type) {}

    private static List<Column> columns(JdbcClient sql) {
        return sql.sql(
                        """
                        SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) AS named, quote_ident(column_name) AS name,
                               data_type
                          FROM information_schema.columns
                         WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
                        """)
                .query((row, _) ->
                        new Column(
                                row.getString("named"),
                                row.getString("name"),
                                row.getString("data_type")))
                .list();
    }

    /// The data of a dump: what `pg_dump` writes is made of COPY, too.
    private static byte[] dump(DataSource database) throws Exception {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<String> tables =
                columns(JdbcClient.create(database)).stream()
                        .map(Column::table)
                        .distinct()
                        .toList();
        try (Connection connection = database.getConnection()) {
            CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
            for (String table : tables) {
                copy.copyOut("COPY %s TO STDOUT".formatted(table), all);
            }
        }
        return all.toByteArray();
    }

    private static MessageId row(MailSystem system, Reader reader, LockKind lock) throws Exception {
        return system.inbox(reader).stream()
                .filter(row -> row.lock().equals(Optional.of(lock)))
                .findFirst()
                .orElseThrow()
                .id();
    }

    /// Has a PIN sent as page and worker do, and types it.
    ///
    /// @return where it was sent
    private static PhoneNumber typePin(
            MailSystem system, TestSite site, Reader reader, MessageId message) throws Exception {
        MessageLocks locks =
                new MessageLocks(system.keys().service(), system.jobs(), site.random());
        locks.askPin(reader, message);
        Map<PhoneNumber, String> sent = new HashMap<>();
        PinText worker =
                new PinText(
                        system.keys().service(),
                        new Languages(system.database(), system.keys().authority()),
                        _ ->
                                new Sender(
                                        "Example Clinic",
                                        TestSite.address("portal@example.com"),
                                        Optional.empty(),
                                        URI.create("https://clinic.example"),
                                        List.of()),
                        (to, text) -> {
                            sent.put(to, text.substring(0, 6));
                            return new Outcome.Done();
                        });
        for (Job job :
                system.database()
                        .jobs()
                        .claimUrgent(50, site.clock().instant(), MailSystem.LEASE)) {
            if (job.kind().equals(PinText.KIND)) {
                worker.handle(job);
            }
        }
        Map.Entry<PhoneNumber, String> text = sent.entrySet().iterator().next();
        assertThat(locks.unlock(reader, message, text.getValue())).isEmpty();
        system.read(reader, message);
        return text.getKey();
    }

    private static Envelope phoned(TestSite site) {
        return TestSite.locked(PHONE, envelope(site));
    }

    private static Envelope envelope(TestSite site) {
        return new Envelope(
                site.tenant(),
                Optional.empty(),
                Optional.of(TestSite.address("canaryreverse@example.com")),
                Optional.of(TestSite.address(AUTHOR)),
                List.of(
                        new Envelope.Recipient(
                                TestSite.address(RECIPIENT),
                                Optional.of("SUCCESS,FAILURE"),
                                Optional.of("rfc822;canaryorcpt@example.com"))),
                Optional.of("canaryenvid"),
                site.clock().instant(),
                Optional.of(MailRules.Keeping.DEFAULT.terms(site.clock().instant())),
                true,
                Optional.of(
                        new MessagePassword(
                                PasswordHash.hash("canarypassword", site.random()),
                                Optional.of("canaryhint"))),
                Optional.empty());
    }

    /// Every file below, with its name.
    private static byte[] files(Path folder) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (Stream<Path> paths = Files.walk(folder)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                all.writeBytes(folder.relativize(path).toString().getBytes(UTF_8));
                all.writeBytes(Files.readAllBytes(path));
            }
        }
        return all.toByteArray();
    }
}
