package org.postern.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.postern.crypto.DataKey;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectType;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.Envelope;
import org.postern.db.MessageId;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.Arrival;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.SignInRequest;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.Redeemed;
import org.postern.keys.KeyService.Redemption;
import org.postern.keys.MessageLockedException;
import org.postern.keys.NotSignedInException;
import org.postern.keys.ledger.KeyLedger;
import org.postern.keys.ledger.MailLimits;
import org.postern.mail.delivery.Delivery;
import org.postern.mail.delivery.DeliveryWorker;
import org.postern.mail.door.Door;
import org.postern.mail.door.DoorRefresh;
import org.postern.mail.door.NotReadyException;
import org.postern.mail.door.SnapshotPublisher;
import org.postern.mail.notice.NoticeSite;
import org.postern.mail.reading.Folder;
import org.postern.mail.reading.Folders;
import org.postern.mail.reading.MessageRow;
import org.postern.mail.reading.OpenedMessage;
import org.postern.mail.reading.Reader;
import org.postern.mail.reading.Reading;
import org.postern.mail.reply.Replies;
import org.postern.mail.returned.ReturnedMail;
import org.postern.mail.spool.HandOver;
import org.postern.mail.spool.Incoming;
import org.postern.mail.spool.Spool;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.job.RelayReplies;
import org.postern.notifications.outgoing.Handed;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/// One process of a site: door, spool, hand-over, delivery, reading and replies.
public final class MailSystem {

    public static final Duration LEASE = Duration.ofMinutes(5);

    private final TestSite site;
    private final Steps steps;
    private final KeyLedger keys;
    private final MailDatabase database;
    private final Door door;
    private final Spool spool;
    private final Reading reading;

    MailSystem(TestSite site, Steps steps) {
        this.site = site;
        this.steps = steps;
        this.keys = keys(site);
        this.database = MailDatabase.of(site.mail);
        try {
            this.door = Door.open(site.doorFolder(), site.clock, site.random);
            refresh().refresh();
            this.spool = new Spool(site.spool(), door, site.clock, site.random, steps, 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OpeningFailedException e) {
            throw new IllegalStateException(e);
        }
        this.reading =
                new Reading(keys.service(), database.messages(), site.blobs(), door, site.clock);
    }

    static KeyLedger keys(TestSite site) {
        return KeyLedger.of(
                JdbcClient.create(site.ledger),
                new TransactionTemplate(new DataSourceTransactionManager(site.ledger)),
                site.root,
                MailDatabase.of(site.mail),
                new MailLimits(10_000, 10_000), // its readers sign in all day
                _ -> {},
                site.clock,
                site.random);
    }

    public KeyLedger keys() {
        return keys;
    }

    public MailDatabase database() {
        return database;
    }

    public Steps steps() {
        return steps;
    }

    public Door door() {
        return door;
    }

    public Spool spool() {
        return spool;
    }

    public Reading reading() {
        return reading;
    }

    public SnapshotPublisher publisher() {
        return new SnapshotPublisher(database, keys.authority(), site.textMessages, site.clock);
    }

    public DoorRefresh refresh() {
        return new DoorRefresh(door, keys.authority(), publisher(), site.clock);
    }

    public Folders folders() {
        return new Folders(keys.service(), database.messages(), site.clock);
    }

    public Replies replies() {
        return new Replies(reading, keys.service(), spool, door, site.clock, site.random);
    }

    public Jobs jobs() {
        return new Jobs(database.jobs(), new UuidV7(site.clock, site.random), site.clock);
    }

    public Delivery delivery() {
        return new Delivery(
                keys.service(),
                keys.authority(),
                site.blobs(),
                database,
                returned(),
                site.clock,
                site.random,
                steps);
    }

    /// Mail that comes back, with the handlers of notices.
    public ReturnedMail returned() {
        return new ReturnedMail(
                database,
                NoticeSite.handlers(site, this, _ -> new Handed.Accepted()),
                new RelayReplies(keys.authority(), site.random),
                site.clock);
    }

    public DeliveryWorker worker() {
        return new DeliveryWorker(
                delivery(), database.arrivals(), () -> {}, () -> false, site.clock, steps);
    }

    public HandOver handOver() {
        return handOver(site.mail, site.blobs());
    }

    public HandOver handOver(DataSource mail, BlobStore blobs) {
        return new HandOver(
                spool,
                blobs,
                MailDatabase.of(mail).arrivals(),
                new TransactionTemplate(new DataSourceTransactionManager(mail)),
                () -> {},
                site.clock,
                steps);
    }

    /// Takes a message as a door does.
    public MessageId accept(Envelope envelope, byte[] content)
            throws IOException, NotReadyException {
        try (Incoming incoming = spool.begin(envelope)) {
            incoming.write(content);
            return incoming.accept();
        }
    }

    /// Hands over until the spool is empty.
    public void emptySpool() {
        try (HandOver handOver = handOver()) {
            handOver.start();
            awaitEmptySpool();
        }
    }

    public void awaitEmptySpool() {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(30))
                .until(() -> entries().isEmpty());
    }

    /// The files in the spool.
    public List<Path> entries() {
        try (Stream<Path> files = Files.list(site.spool())) {
            return files.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public List<Arrival> claim() {
        return database.arrivals().claim(100, site.clock.instant(), LEASE);
    }

    /// Delivers all that has arrived.
    public void deliver() throws IOException, OpeningFailedException {
        Delivery delivery = delivery();
        for (Arrival arrival : claim()) {
            if (!delivery.deliver(arrival)) {
                throw new IllegalStateException("another worker has it");
            }
        }
    }

    /// Takes a message and brings it all the way.
    public MessageId bring(Envelope envelope, byte[] content)
            throws IOException, NotReadyException, OpeningFailedException {
        MessageId id = accept(envelope, content);
        emptySpool();
        deliver();
        return id;
    }

    public Reader signIn(String address) throws OpeningFailedException, NotReadyException {
        return signIn(site.tenant, address);
    }

    public Reader signIn(TenantId tenant, String address)
            throws OpeningFailedException, NotReadyException {
        ObjectHeader header =
                new ObjectHeader(
                        ObjectType.SEALED_RECORD,
                        tenant.value(),
                        site.id(),
                        site.clock.instant(),
                        door.instance(),
                        0);
        DataKey key = DataKey.generate(site.random);
        Mac256 browser = Mac256.sha256(site.id().toString().getBytes(UTF_8));
        String token =
                keys.service()
                        .issue(
                                new SignInRequest(
                                        header,
                                        door.requireStanding().spoolSealer().seal(key, header),
                                        key.recordKey(KeyService.ADDRESS)
                                                .seal(
                                                        address.getBytes(UTF_8),
                                                        header.hash(),
                                                        site.random),
                                        browser,
                                        site.clock.instant()))
                        .orElseThrow()
                        .token();
        Redeemed redeemed =
                (Redeemed)
                        keys.service()
                                .redeem(tenant, new Redemption.Link(token, browser))
                                .orElseThrow();
        return new Reader(tenant, redeemed.mailbox(), redeemed.reader());
    }

    public List<MessageRow> inbox(Reader reader) throws NotSignedInException {
        return folders().page(reader, Folder.INBOX, Optional.empty()).rows();
    }

    public List<MessageRow> sent(Reader reader) throws NotSignedInException {
        return folders().page(reader, Folder.SENT, Optional.empty()).rows();
    }

    /// The message as received, as this reader has it.
    public byte[] read(Reader reader, MessageId message)
            throws NotSignedInException,
                    MessageLockedException,
                    OpeningFailedException,
                    IOException {
        try (OpenedMessage opened = reading.open(reader, message).orElseThrow()) {
            return opened.original().readAllBytes();
        }
    }
}
