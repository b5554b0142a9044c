package org.postern.mail;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.MessageId;
import org.postern.mail.reading.OpenedMessage;
import org.postern.mail.reading.Reader;
import org.postern.mail.reply.Reply;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Words that are only in mail are looked for in every row of both databases, every object and the
/// spool, after a message and its answer went all the way (promise P4).
class CanaryTest {

    private static final String RECIPIENT = "canaryrecipient@canarydomain.example";
    private static final String AUTHOR = "canaryauthor@example.com";
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
                    "canary-msg-id");

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
                        "Subject: Canarysubject",
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
            system.accept(site.envelope(site.tenant(), Optional.of(AUTHOR), RECIPIENT), content);
            assertNoCanary("the spool", files(folder));
            system.emptySpool();
            assertNoCanary("mail database before delivery", rows(site.mailSql()));
            system.deliver();
            Reader reader = system.signIn(RECIPIENT);
            MessageId id = system.inbox(reader).getFirst().id();
            try (OpenedMessage message = system.reading().open(reader, id).orElseThrow()) {
                assertThat(message.original().readAllBytes()).isEqualTo(content);
            }
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

            assertNoCanary("the mail database", rows(site.mailSql()));
            assertNoCanary("the key ledger", rows(site.ledgerSql()));
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

    /// Every column of every row of every table, as bytes.
    private static byte[] rows(JdbcClient sql) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        List<String> tables =
                sql.sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
                        .query((row, _) -> row.getString(1))
                        .list();
        assertThat(tables).hasSizeGreaterThan(5);
        for (String table : tables) {
            sql.sql("SELECT * FROM " + table)
                    .query(row -> {
                        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                            if (row.getObject(i) != null) {
                                boolean binary =
                                        row.getMetaData().getColumnTypeName(i).equals("bytea");
                                all.writeBytes(
                                        binary
                                                ? row.getBytes(i)
                                                : row.getString(i).getBytes(UTF_8));
                            }
                            all.write('\n');
                        }
                    });
        }
        return all.toByteArray();
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
