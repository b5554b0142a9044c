package org.postern.mail.delivery;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.UUID;
import org.postern.crypto.Content;
import org.postern.crypto.Opener;
import org.postern.crypto.SealedSource;
import org.postern.crypto.sealed.Mac256;
import org.postern.crypto.sealed.ObjectHeader;
import org.postern.crypto.sealed.ObjectPreamble;
import org.postern.crypto.sealed.OpeningFailedException;
import org.postern.crypto.sealed.SealedRecord;
import org.postern.crypto.sealed.UuidV7;
import org.postern.db.Envelope;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.ReadingTerms;
import org.postern.db.Step;
import org.postern.db.Steps;
import org.postern.db.TenantId;
import org.postern.db.ThreadId;
import org.postern.db.blob.BlobStore;
import org.postern.db.store.Arrival;
import org.postern.db.store.MailDatabase;
import org.postern.db.store.NoticeRules;
import org.postern.db.store.NoticeStore.LastNotice;
import org.postern.db.store.StoredMessage;
import org.postern.db.store.StoredSlot;
import org.postern.db.store.TenantRules;
import org.postern.keys.Authority;
import org.postern.keys.KeyService;
import org.postern.keys.KeyService.AdmittedMailbox;
import org.postern.mail.content.Summary;
import org.postern.mail.content.SummaryWriter;
import org.postern.mail.mime.IndexBudget;
import org.postern.mail.mime.MimeIndexer;
import org.postern.mail.mime.PartIndex;
import org.postern.notifications.job.Jobs;
import org.postern.notifications.outgoing.Destinations;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns an arrival into a message: admitted, indexed, threaded, its notices and reports promised.
/// Doing it twice changes nothing. Thread-safe.
public final class Delivery {

    private static final Logger log = LoggerFactory.getLogger(Delivery.class);

    /// The kind of the job that tells one recipient.
    public static final String NOTICE = "notice";

    /// The kind of the job that promises [#NOTICE_AGAIN].
    public static final String ASKED_AGAIN = "asked-again";

    /// The kind of the job that tells one recipient once more.
    public static final String NOTICE_AGAIN = "notice-again";

    /// The kind of the job that reminds one recipient.
    public static final String FIRST_REMINDER = "first-reminder";

    /// The kind of the job that reminds one recipient for the last time.
    public static final String SECOND_REMINDER = "second-reminder";

    /// The kind of the job that tells the reverse-path that the message is in a mailbox.
    public static final String DELIVERED_REPORT = "delivered-report";

    /// The kind of the job that tells the reverse-path that a recipient could not be told.
    public static final String FAILED_REPORT = "failed-report";

    /// The kind of the job that tells the reverse-path that a recipient could not be told yet.
    public static final String DELAYED_REPORT = "delayed-report";

    /// The kind of the job that tells an author that somebody typed his message's password wrong
    /// too often.
    public static final String PASSWORD_SPENT = "password-spent";

    /// The kind of the job that tells an author that somebody gets no more PINs for his message, or
    /// has no more tries.
    public static final String PIN_SPENT = "pin-spent";

    /// The kind of the job that shreds a duplicate of what was recalled.
    public static final String RECALLED_DUPLICATE = "recalled-duplicate";

    /// The purpose under which a part index is sealed with the object's own key.
    public static final String PART_INDEX = "part index";

    /// Takes mail of ours that comes back. It goes into no mailbox, and nothing of it is kept but
    /// what became of the mail it is about.
    @FunctionalInterface
    public interface Returns {

        /// Takes one, as [Delivery#deliver] does.
        ///
        /// @param job whose mail comes back
        boolean take(Arrival arrival, JobId job, Content content) throws IOException;
    }

    private final KeyService keys;
    private final Authority authority;
    private final BlobStore blobs;
    private final MailDatabase database;
    private final Jobs jobs;
    private final Notices notices;
    private final Destinations destinations;
    private final Returns returns;
    private final ThreadFinder threads;
    private final SecureRandom random;
    private final Steps steps;

    public Delivery(
            KeyService keys,
            Authority authority,
            BlobStore blobs,
            MailDatabase database,
            Returns returns,
            Clock clock,
            SecureRandom random,
            Steps steps) {
        UuidV7 ids = new UuidV7(clock, random);
        this.keys = keys;
        this.authority = authority;
        this.blobs = blobs;
        this.database = database;
        this.jobs = new Jobs(database.jobs(), ids, clock);
        this.notices = new Notices(database.duplicates(), database.notices(), jobs, ids, clock);
        this.destinations = new Destinations(authority, clock);
        this.returns = returns;
        this.threads = new ThreadFinder(database.threads(), ids);
        this.random = random;
        this.steps = steps;
    }

    /// Delivers one claimed arrival.
    ///
    /// @return false if another worker has claimed it meanwhile: nothing was changed
    /// @throws OpeningFailedException if object, slot, envelope and certificate do not belong
    ///   together
    /// @throws IOException if the object cannot be read now
    public boolean deliver(Arrival arrival) throws IOException, OpeningFailedException {
        ObjectHeader header = arrival.header();
        Optional<TenantRules> rules =
                database.tenants().rulesUnlessEnded(new TenantId(header.tenant()));
        if (rules.isEmpty()) {
            // Taken by a door that did not know yet; there is no key any more that could open it.
            log.warn(
                    "an arrival of an organisation that has ended is given up: tenant={}"
                            + " message={}",
                    header.tenant(),
                    header.object());
            return database.arrivals().complete(arrival);
        }
        KeyService.Admitted admitted;
        Content opened;
        SealedSource source = find(header);
        try {
            ObjectPreamble object = Opener.preamble(source);
            if (!object.header().equals(header)) {
                throw new OpeningFailedException();
            }
            admitted =
                    keys.admit(
                            object,
                            arrival.certificate(),
                            arrival.spoolSlot(),
                            arrival.sealedEnvelope());
            steps.reached(Step.ARRIVAL_ADMITTED);
            opened =
                    Opener.open(
                            source,
                            header.tenant(),
                            header.object(),
                            admitted.dataKey(),
                            arrival.certificate().key(),
                            arrival.spoolSlot());
        } catch (IOException | OpeningFailedException | RuntimeException e) {
            source.close();
            throw e;
        }
        Optional<JobId> returned = admitted.envelope().returned();
        if (returned.isPresent()) {
            try (Content content = opened) {
                return returns.take(arrival, returned.get(), content);
            }
        }
        try (Content content = opened) {
            PartIndex index;
            Optional<ContentDigest.Hashes> hashes;
            try (ContentDigest all = new ContentDigest(content.stream())) {
                index = new MimeIndexer(IndexBudget.DEFAULT).index(all);
                hashes = all.hashes();
            }
            return store(
                    arrival,
                    admitted,
                    content.size(),
                    index,
                    hashes,
                    SummaryWriter.read(content, index, rules.get().mail()),
                    rules.get().notices());
        }
    }

    // Key calls and parsing came before: none in the transaction.
    private boolean store(
            Arrival arrival,
            KeyService.Admitted admitted,
            long contentBytes,
            PartIndex index,
            Optional<ContentDigest.Hashes> hashes,
            SummaryWriter.Read read,
            NoticeRules noticeRules) {
        ObjectHeader header = arrival.header();
        TenantId tenant = new TenantId(header.tenant());
        Authority.Lent lent = authority.lend(tenant);
        OperationsRecords records = new OperationsRecords(lent.operations());
        SequencedSet<Mac256> mentions = ThreadFinder.mentions(read.header(), lent.index());
        Sameness same = Sameness.of(hashes, read.header(), admitted.envelope(), lent.index());
        SealedRecord sealedIndex =
                admitted.dataKey()
                        .recordKey(PART_INDEX)
                        .seal(index.encode(), header.hash(), random);
        SealedRecord sealedAuthor =
                records.sealAuthor(
                        header.tenant(), header.object(), read.summary().author(), random);
        Optional<SealedRecord> sealedSubject =
                Optional.of(read.summary().subject())
                        .filter(subject -> noticeRules.tellsSubject() && !subject.isBlank())
                        .map(subject ->
                                records.sealSubject(
                                        header.tenant(), header.object(), subject, random));
        List<SealedRecord> sealedSummaries =
                admitted.mailboxes().stream()
                        .map(mailbox ->
                                mailbox.summaryKey()
                                        .seal(
                                                summary(read, admitted.envelope(), mailbox)
                                                        .encode(),
                                                header.hash(),
                                                random))
                        .toList();
        AuthorsView view = AuthorsView.of(admitted.mailboxes());
        Optional<SealedRecord> sealedRecipients = view.seal(header, random);
        List<Optional<Envelope>> envelopes =
                admitted.mailboxes().stream()
                        .map(mailbox -> KeptEnvelope.of(admitted.envelope(), mailbox))
                        .toList();
        List<Optional<SealedRecord>> sealedEnvelopes =
                seal(header, records, admitted.mailboxes(), envelopes);
        List<Mac256> towards =
                admitted.mailboxes().stream()
                        .map(mailbox -> destinations.of(mailbox.address()))
                        .toList();
        Optional<Mac256> back = admitted.envelope().reversePath().map(destinations::of);
        boolean delivered =
                Boolean.TRUE.equals(
                        database.transaction()
                                .execute(transaction -> {
                                    if (!database.arrivals().complete(arrival)) {
                                        return false;
                                    }
                                    ThreadFinder.Found found =
                                            threads.find(tenant, mentions, header.created());
                                    ThreadId thread = found.thread();
                                    Map<MailboxId, LastNotice> last =
                                            notices.last(
                                                    tenant,
                                                    admitted.mailboxes().stream()
                                                            .filter(AdmittedMailbox::recipient)
                                                            .map(AdmittedMailbox::mailbox)
                                                            .toList(),
                                                    noticeRules);
                                    Map<MailboxId, MessageId> told =
                                            notices.told(
                                                    tenant, same.duplicate(), header.created());
                                    makeKnown(header, admitted.mailboxes(), records);
                                    List<StoredSlot> slots = new ArrayList<>();
                                    for (int i = 0; i < admitted.mailboxes().size(); i++) {
                                        AdmittedMailbox mailbox = admitted.mailboxes().get(i);
                                        slots.add(
                                                slot(
                                                        admitted.envelope(),
                                                        header,
                                                        thread,
                                                        mailbox,
                                                        sealedSummaries.get(i),
                                                        sealedEnvelopes.get(i),
                                                        same,
                                                        told));
                                    }
                                    database.messages()
                                            .insert(
                                                    tenant,
                                                    new StoredMessage(
                                                            thread,
                                                            header,
                                                            arrival.certificate(),
                                                            contentBytes,
                                                            sealedIndex,
                                                            sealedAuthor,
                                                            header.created(),
                                                            same.duplicate()),
                                                    slots);
                                    sealedSubject.ifPresent(subject ->
                                            database.notices()
                                                    .insertSubject(
                                                            tenant,
                                                            new MessageId(header.object()),
                                                            subject));
                                    view.store(
                                            database.timelines(), header, found, sealedRecipients);
                                    steps.reached(Step.MESSAGE_INSERTED);
                                    promise(
                                            header,
                                            admitted.mailboxes(),
                                            envelopes,
                                            told,
                                            last,
                                            noticeRules,
                                            towards,
                                            back);
                                    return true;
                                }));
        steps.reached(Step.MESSAGE_DELIVERED);
        return delivered;
    }

    private void makeKnown(
            ObjectHeader header, List<AdmittedMailbox> mailboxes, OperationsRecords records) {
        TenantId tenant = new TenantId(header.tenant());
        Map<Mac256, MailboxId> known =
                database.mailboxes()
                        .find(tenant, mailboxes.stream().map(AdmittedMailbox::addressMac).toList());
        for (AdmittedMailbox mailbox : mailboxes) {
            if (!mailbox.mailbox().equals(known.get(mailbox.addressMac()))) {
                database.mailboxes()
                        .insertIfAbsent(
                                tenant,
                                mailbox.mailbox(),
                                mailbox.addressMac(),
                                records.sealAddress(
                                        header.tenant(),
                                        mailbox.mailbox().value(),
                                        mailbox.address().text(),
                                        random),
                                header.created());
            }
        }
    }

    /// What is kept shut is not shown in a list either.
    private static Summary summary(
            SummaryWriter.Read read, Envelope envelope, AdmittedMailbox mailbox) {
        return envelope.lock().isPresent() && !mailbox.author()
                ? read.summary().withoutPreview()
                : read.summary();
    }

    private List<Optional<SealedRecord>> seal(
            ObjectHeader header,
            OperationsRecords records,
            List<AdmittedMailbox> mailboxes,
            List<Optional<Envelope>> envelopes) {
        List<Optional<SealedRecord>> sealed = new ArrayList<>();
        for (int i = 0; i < mailboxes.size(); i++) {
            UUID mailbox = mailboxes.get(i).mailbox().value();
            sealed.add(
                    envelopes
                            .get(i)
                            .map(envelope ->
                                    records.sealEnvelope(
                                            header.tenant(),
                                            header.object(),
                                            mailbox,
                                            envelope,
                                            random)));
        }
        return sealed;
    }

    /// In the transaction that puts the message into the mailboxes, so that nobody is told of what
    /// did not happen, and nobody who should be is not.
    private void promise(
            ObjectHeader header,
            List<AdmittedMailbox> mailboxes,
            List<Optional<Envelope>> envelopes,
            Map<MailboxId, MessageId> told,
            Map<MailboxId, LastNotice> last,
            NoticeRules noticeRules,
            List<Mac256> towards,
            Optional<Mac256> back) {
        TenantId tenant = new TenantId(header.tenant());
        List<Promise> promises = new ArrayList<>();
        for (int i = 0; i < mailboxes.size(); i++) {
            MailboxId mailbox = mailboxes.get(i).mailbox();
            if (mailboxes.get(i).recipient()) {
                Mac256 there = towards.get(i);
                promises.add(
                        new Promise(
                                there,
                                () ->
                                        notices.promise(
                                                tenant,
                                                new MessageId(header.object()),
                                                mailbox,
                                                there,
                                                told,
                                                Optional.ofNullable(last.get(mailbox)),
                                                noticeRules)));
                Optional.ofNullable(told.get(mailbox))
                        .ifPresent(first -> promiseRecall(tenant, header, mailbox, first));
            }
            if (envelopes.get(i).filter(KeptEnvelope::asksForSuccess).isPresent()) {
                Mac256 there = back.orElseThrow();
                promises.add(
                        new Promise(
                                there,
                                () ->
                                        jobs.promise(
                                                tenant,
                                                DELIVERED_REPORT,
                                                header.object(),
                                                mailbox,
                                                there)));
            }
        }
        promises.stream().sorted().forEach(promise -> promise.make().run());
    }

    /// In the order of their destinations, so that of two deliveries none waits for the other.
    private record Promise(Mac256 destination, Runnable make) implements Comparable<Promise> {

        @Override
        public int compareTo(Promise other) {
            return Arrays.compareUnsigned(destination.toBytes(), other.destination.toBytes());
        }
    }

    /// What was recalled does not come back because its client hands it in again.
    private void promiseRecall(
            TenantId tenant, ObjectHeader header, MailboxId mailbox, MessageId first) {
        if (database.deletions().isRecalled(tenant, first)) {
            jobs.promise(tenant, RECALLED_DUPLICATE, header.object(), Optional.empty());
        } else if (database.deletions().isRecalled(tenant, first, mailbox)) {
            jobs.promise(tenant, RECALLED_DUPLICATE, header.object(), Optional.of(mailbox));
        }
    }

    private SealedSource find(ObjectHeader header) throws IOException {
        return blobs.find(new TenantId(header.tenant()), new MessageId(header.object()))
                .orElseThrow(() ->
                        new IOException(
                                "the object of a committed arrival is not in the blob store"));
    }

    private static StoredSlot slot(
            Envelope envelope,
            ObjectHeader header,
            ThreadId thread,
            AdmittedMailbox mailbox,
            SealedRecord sealedSummary,
            Optional<SealedRecord> sealedEnvelope,
            Sameness same,
            Map<MailboxId, MessageId> told) {
        Optional<ReadingTerms> terms =
                mailbox.author() ? envelope.terms().map(ReadingTerms::forAuthor) : envelope.terms();
        return new StoredSlot(
                new MessageId(header.object()),
                mailbox.mailbox(),
                thread,
                header.digest(),
                mailbox.recipient(),
                mailbox.author(),
                mailbox.slot(),
                sealedSummary,
                sealedEnvelope,
                header.created(),
                Optional.empty(),
                terms.map(ReadingTerms::refusedFrom),
                terms.filter(ReadingTerms::readOnce).isPresent(),
                terms.filter(ReadingTerms::noForward).isPresent(),
                envelope.lock(),
                same.copy().filter(_ -> mailbox.author()),
                Optional.ofNullable(told.get(mailbox.mailbox())));
    }
}
