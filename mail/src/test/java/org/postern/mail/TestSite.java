package org.postern.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.EmailAddress;
import org.postern.db.Envelope;
import org.postern.db.MalformedAddressException;
import org.postern.db.MessageId;
import org.postern.db.MessagePassword;
import org.postern.db.PhoneNumber;
import org.postern.db.ReadingTerms;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;
import org.postern.db.blob.FileBlobStore;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.MailRules;
import org.postern.keys.provider.KeyProvider;
import org.postern.keys.provider.LocalKeystore;
import org.springframework.jdbc.core.simple.JdbcClient;

/// All that outlives a process: folders, two databases and the root key. With one tenant, "Example
/// Clinic", whose mail is routed by the suffix `in.portal.example`.
public final class TestSite {

    public static final String NURSE = "nurse@example.com";
    public static final String PATIENT = "patient@example.org";
    public static final String DAUGHTER = "daughter@example.org";
    public static final String SUFFIX = "in.portal.example";

    final SettableClock clock = new SettableClock(Instant.parse("2026-03-02T12:00:00Z"));
    final SecureRandom random = new SecureRandom();
    final DataSource mail = TestDatabases.mail();
    final DataSource ledger = TestDatabases.ledger();
    final KeyProvider root = LocalKeystore.inMemory(random);
    final Path folder;
    boolean textMessages;
    final TenantId tenant;
    private final UuidV7 ids = new UuidV7(clock, random);

    public TestSite(Path folder) {
        this.folder = folder;
        try {
            for (String name : List.of("spool", "blobs", "door")) {
                Files.createDirectory(folder.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.tenant = addTenant("Example Clinic", "clinic.example", "example.com", SUFFIX);
    }

    public TenantId addTenant(String name, String host, String domain, String suffix) {
        MailDatabase database = MailDatabase.of(mail);
        TenantId added = new TenantId(id());
        database.tenants().insert(added, name, host, Optional.of(suffix), clock.instant());
        database.tenants().insertDomain(added, domain, clock.instant());
        MailSystem.keys(this).authority().createTenant(added);
        return added;
    }

    /// A process, with its door up to date.
    public MailSystem start() {
        return start(Steps.UNWATCHED);
    }

    public MailSystem start(Steps steps) {
        return new MailSystem(this, steps);
    }

    /// From now on its workers can send to phones.
    public void canSendTextMessages() {
        textMessages = true;
    }

    public TenantId tenant() {
        return tenant;
    }

    public SettableClock clock() {
        return clock;
    }

    public SecureRandom random() {
        return random;
    }

    public UUID id() {
        return ids.next();
    }

    public Path spool() {
        return folder.resolve("spool");
    }

    public Path blobFolder() {
        return folder.resolve("blobs");
    }

    /// Where the file store keeps an object of this site's tenant.
    public Path blob(MessageId id) {
        return blob(tenant, id);
    }

    public Path blob(TenantId of, MessageId id) {
        String name = id.toString();
        return blobFolder()
                .resolve(of.toString())
                .resolve(name.substring(name.length() - 2))
                .resolve(name);
    }

    public Path doorFolder() {
        return folder.resolve("door");
    }

    public BlobStore blobs() {
        return new FileBlobStore(blobFolder());
    }

    public JdbcClient mailSql() {
        return JdbcClient.create(mail);
    }

    public JdbcClient ledgerSql() {
        return JdbcClient.create(ledger);
    }

    public DataSource mailDatabase() {
        return mail;
    }

    /// How many rows a table of the mail database has.
    public int count(String table) {
        return mailSql().sql("SELECT count(*) FROM " + table).query(Integer.class).single();
    }

    /// Every row of both databases as it is.
    public List<String> rows() {
        return Stream.of(mailSql(), ledgerSql())
                .flatMap(sql ->
                        TestDatabases.tables(sql).stream()
                                .flatMap(table ->
                                        sql
                                                .sql("SELECT t::text FROM " + table + " t")
                                                .query((row, _) -> table + row.getString(1))
                                                .list()
                                                .stream()))
                .sorted()
                .toList();
    }

    /// From the nurse to the patient.
    public Envelope envelope() {
        return envelope(tenant, Optional.of(NURSE), PATIENT);
    }

    public Envelope envelope(String... recipients) {
        return envelope(tenant, Optional.of(NURSE), recipients);
    }

    public Envelope envelope(TenantId of, Optional<String> author, String... recipients) {
        return new Envelope(
                of,
                Optional.empty(),
                author.map(TestSite::address),
                author.map(TestSite::address),
                Arrays.stream(recipients)
                        .map(recipient ->
                                new Envelope.Recipient(
                                        address(recipient), Optional.empty(), Optional.empty()))
                        .toList(),
                Optional.empty(),
                clock.instant(),
                Optional.of(MailRules.Keeping.DEFAULT.terms(clock.instant())),
                false,
                Optional.empty(),
                Optional.empty());
    }

    /// The same on these terms.
    public static Envelope on(ReadingTerms terms, Envelope envelope) {
        return with(Optional.of(terms), envelope.password(), envelope.phone(), envelope);
    }

    /// The same with this password.
    public static Envelope locked(MessagePassword password, Envelope envelope) {
        return with(envelope.terms(), Optional.of(password), Optional.empty(), envelope);
    }

    /// The same with this phone.
    public static Envelope locked(PhoneNumber phone, Envelope envelope) {
        return with(envelope.terms(), Optional.empty(), Optional.of(phone), envelope);
    }

    private static Envelope with(
            Optional<ReadingTerms> terms,
            Optional<MessagePassword> password,
            Optional<PhoneNumber> phone,
            Envelope envelope) {
        return new Envelope(
                envelope.tenant(),
                envelope.connector(),
                envelope.reversePath(),
                envelope.author(),
                envelope.recipients(),
                envelope.envelopeId(),
                envelope.acceptedAt(),
                terms,
                envelope.requireTls(),
                password,
                phone);
    }

    public static EmailAddress address(String text) {
        try {
            return EmailAddress.parse(text);
        } catch (MalformedAddressException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /// Lines as they come in by SMTP.
    public static byte[] lines(String... lines) {
        return (String.join("\r\n", lines) + "\r\n").getBytes(UTF_8);
    }

    /// A small plain message.
    public static byte[] plain(String subject, String text) {
        return lines(
                "From: Nurse Joy <" + NURSE + ">",
                "To: Pat Ient <" + PATIENT + ">",
                "Subject: " + subject,
                "",
                text);
    }
}
