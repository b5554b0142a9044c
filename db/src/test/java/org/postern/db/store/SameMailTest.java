package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.postern.db.TestValues.NOW;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.crypto.sealed.Mac256;
import org.postern.db.JobId;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.postern.db.ThreadId;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Copies and duplicates in the folders of a mailbox.
class SameMailTest {

    private static final String NOTICE = "notice";

    private final DataSource pool = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(pool);
    private final MailDatabase database = MailDatabase.of(pool);
    private final MessageStore messages = database.messages();
    private final Household ours = new Household(database, "ours.example");
    private MailboxId ann = TestValues.mailbox();
    private ThreadId thread = TestValues.thread();

    @BeforeEach
    void makeMailbox() {
        ann = ours.mailbox();
        thread = ours.thread(NOW);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 50})
    void everyMessageIsInSentOnceHoweverManyCopiesLieBetween(int max) {
        List<MessageId> firsts = new ArrayList<>();
        List<Mac256> macs = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Mac256 mac = TestValues.mac();
            macs.add(mac);
            firsts.addFirst(sent(NOW.plusSeconds(i), mac).id());
        }
        for (int i = 0; i < 12; i++) {
            for (int copy = 1; copy <= i; copy++) {
                sent(NOW.plusSeconds(i + copy), macs.get(i));
            }
        }
        MessageId plain = ours.message(thread, NOW.minusSeconds(1)).id();
        StoredMessage withoutMsgId = ours.message(plain.value(), thread, NOW.minusSeconds(1));
        insert(withoutMsgId, ours.sent(withoutMsgId, ann));
        firsts.addLast(plain);

        List<MessageId> seen = new ArrayList<>();
        Optional<PagePosition> before = Optional.empty();
        do {
            SlotPage page = messages.sent(ours.tenant(), ann, before, max, NOW);
            page.slots().forEach(slot -> seen.add(slot.message()));
            before = page.next();
        } while (before.isPresent());

        assertThat(seen).containsExactlyElementsOf(firsts);
    }

    @Test
    void copiesOfOneTimeAreStillOne() {
        Mac256 mac = TestValues.mac();
        for (int i = 0; i < 4; i++) {
            sent(NOW, mac);
        }

        assertThat(messages.sent(ours.tenant(), ann, Optional.empty(), 10, NOW).slots()).hasSize(1);
        assertThat(messages.thread(ours.tenant(), ann, thread, 10)).hasSize(1);
    }

    @Test
    void copiesAreGivenOldestFirstAndSoManyOfOneMessage() {
        Mac256 one = TestValues.mac();
        Mac256 two = TestValues.mac();
        List<MessageId> ones = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            ones.add(sent(NOW.plusSeconds(i), one).id());
        }
        MessageId other = sent(NOW.plusSeconds(9), two).id();

        assertThat(messages.copies(ours.tenant(), ann, List.of(one, two), 3))
                .extracting(StoredSlot::message)
                .containsExactly(ones.get(0), ones.get(1), ones.get(2), other);
        assertThat(messages.copies(ours.tenant(), ours.mailbox(), List.of(one), 3)).isEmpty();
        assertThat(messages.copies(ours.tenant(), ann, List.of(), 3)).isEmpty();
    }

    @Test
    void aDuplicateHasNoRowAndIsNotCountedAsLongAsTheFirstIsThere() {
        StoredMessage first = ours.message(thread, NOW);
        insert(first, ours.received(first, ann));
        StoredMessage again = ours.message(thread, NOW.plusSeconds(1));
        StoredSlot duplicate = ours.duplicate(again, ann, first);
        insert(again, duplicate);

        assertThat(inbox()).containsExactly(first.id());
        assertThat(messages.thread(ours.tenant(), ann, thread, 10))
                .extracting(StoredSlot::message)
                .containsExactly(first.id());
        assertThat(messages.unopened(ours.tenant(), ann, NOW)).isEqualTo(1);
        assertThat(messages.findSlot(ours.tenant(), again.id(), ann)).contains(duplicate);

        sql.sql("DELETE FROM slot WHERE message_id = :first")
                .param("first", first.id().value())
                .update();

        assertThat(inbox()).containsExactly(again.id());
        assertThat(messages.unopened(ours.tenant(), ann, NOW)).isEqualTo(1);
    }

    @Test
    void aDuplicateOfWhatTheMailboxHasNotIsRefused() {
        StoredMessage first = ours.message(thread, NOW);
        insert(first, ours.received(first, ours.mailbox()));
        StoredMessage again = ours.message(thread, NOW);

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> insert(again, ours.duplicate(again, ann, first)));
    }

    @Test
    void whoIsToldIsWhoHasAJobThatWasNotDiscarded() {
        Mac256 mac = TestValues.mac();
        StoredMessage first = ours.message(thread, NOW, mac);
        MailboxId bob = ours.mailbox();
        MailboxId untold = ours.mailbox();
        MailboxId author = ours.mailbox();
        insert(
                first,
                ours.received(first, ann),
                ours.received(first, bob),
                ours.received(first, untold),
                ours.sent(first, author));
        promise(first, ann);
        promise(first, bob);
        database.jobs()
                .insertDiscarded(
                        ours.tenant(),
                        new JobId(UUID.randomUUID()),
                        NOTICE,
                        first.id().value(),
                        untold,
                        "no-such-mailbox",
                        NOW);

        assertThat(told(mac)).isEqualTo(Map.of(ann, first.id(), bob, first.id()));
        assertThat(told(TestValues.mac())).isEmpty();
        assertThat(database.duplicates().told(ours.tenant(), mac, "other", NOW, NOW)).isEmpty();
        Instant later = NOW.plusSeconds(1);
        assertThat(database.duplicates().told(ours.tenant(), mac, NOTICE, later, later)).isEmpty();

        for (Job job : database.jobs().claim(10, NOW, Duration.ofMinutes(1))) {
            database.jobs().complete(job, NOW);
        }
        assertThat(told(mac)).as("told and done").containsOnlyKeys(ann, bob);
    }

    @Test
    void aJobThatIsForgoneIsNeverClaimedAndSaysWhy() {
        StoredMessage message = ours.message(thread, NOW);
        database.jobs()
                .insertDiscarded(
                        ours.tenant(),
                        new JobId(UUID.randomUUID()),
                        NOTICE,
                        message.id().value(),
                        ann,
                        "duplicate",
                        NOW);
        promise(message, ann);

        assertThat(database.jobs().claim(10, NOW, Duration.ofMinutes(1))).isEmpty();
        assertThat(Rows.one(sql, "SELECT * FROM job"))
                .containsEntry("state", "discarded")
                .containsEntry("reason", "duplicate");
    }

    private Map<MailboxId, MessageId> told(Mac256 mac) {
        return database.duplicates().told(ours.tenant(), mac, NOTICE, NOW, NOW);
    }

    private void promise(StoredMessage message, MailboxId mailbox) {
        database.jobs()
                .insertIfAbsent(
                        ours.tenant(),
                        new JobId(UUID.randomUUID()),
                        NOTICE,
                        message.id().value(),
                        Optional.of(mailbox),
                        NOW);
    }

    private List<MessageId> inbox() {
        return messages.received(ours.tenant(), ann, Optional.empty(), 10, NOW).slots().stream()
                .map(StoredSlot::message)
                .toList();
    }

    private StoredMessage sent(Instant at, Mac256 copyMac) {
        StoredMessage message = ours.message(thread, at);
        insert(message, ours.copy(message, ann, copyMac));
        return message;
    }

    private void insert(StoredMessage message, StoredSlot... slots) {
        messages.insert(ours.tenant(), message, List.of(slots));
    }
}
