package org.postern.db.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.postern.db.TestValues.NOW;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postern.db.MailboxId;
import org.postern.db.MessageId;
import org.postern.db.TestDatabases;
import org.postern.db.TestValues;
import org.postern.db.ThreadId;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;

class MessageStoreTest {

    private final DataSource pool = TestDatabases.mail();
    private final JdbcClient sql = JdbcClient.create(pool);
    private final MailDatabase database = MailDatabase.of(pool);
    private final MessageStore messages = database.messages();
    private final Household ours = new Household(database, "ours.example");
    private MailboxId ann = TestValues.mailbox();
    private MailboxId bob = TestValues.mailbox();
    private ThreadId thread = TestValues.thread();

    @BeforeEach
    void makeMailboxes() {
        ann = ours.mailbox();
        bob = ours.mailbox();
        thread = ours.thread(NOW);
    }

    @Test
    void aMessageIsFoundAsItWasStored() {
        StoredMessage message = ours.message(thread, NOW);
        messages.insert(ours.tenant(), message, List.of(ours.received(message, ann)));

        assertThat(messages.find(ours.tenant(), message.id())).contains(message);
        assertThat(messages.find(ours.tenant(), TestValues.message())).isEmpty();
    }

    @Test
    void eachMailboxHasASlotOfItsOwnAndNobodyElseHasOne() {
        StoredMessage message = ours.message(thread, NOW);
        StoredSlot anns = ours.received(message, ann);
        StoredSlot bobs = ours.sent(message, bob);
        messages.insert(ours.tenant(), message, List.of(anns, bobs));

        assertThat(messages.findSlot(ours.tenant(), message.id(), ann)).contains(anns);
        assertThat(messages.findSlot(ours.tenant(), message.id(), bob)).contains(bobs);
        assertThat(messages.findSlot(ours.tenant(), message.id(), ours.mailbox())).isEmpty();
    }

    @Test
    void whatIsReceivedIsInTheInboxAndWhatIsSentInSent() {
        StoredMessage received = ours.message(thread, NOW);
        StoredMessage sent = ours.message(thread, NOW.plusSeconds(1));
        StoredMessage toHerself = ours.message(thread, NOW.plusSeconds(2));
        insert(received, ours.received(received, ann));
        insert(sent, ours.sent(sent, ann));
        insert(toHerself, ours.slot(toHerself, ann, true, true));

        assertThat(inbox(10).slots())
                .extracting(StoredSlot::message)
                .containsExactly(toHerself.id(), received.id());
        assertThat(messages.sent(ours.tenant(), ann, Optional.empty(), 10, NOW).slots())
                .extracting(StoredSlot::message)
                .containsExactly(toHerself.id(), sent.id());
        assertThat(messages.unopened(ours.tenant(), ann, NOW)).isEqualTo(2);
    }

    @Test
    void whetherSomethingOfTheEnvelopeWasKeptIsKnownOfEachSlot() {
        StoredMessage message = ours.message(thread, NOW);
        StoredSlot anns = ours.received(message, ann);
        insert(message, anns, ours.withoutEnvelope(ours.received(message, bob)));

        assertThat(messages.findSlot(ours.tenant(), message.id(), ann)).contains(anns);
        assertThat(messages.hasEnvelope(ours.tenant(), message.id(), ann)).isTrue();
        assertThat(messages.hasEnvelope(ours.tenant(), message.id(), bob)).isFalse();
        assertThat(messages.hasEnvelope(ours.tenant(), message.id(), TestValues.mailbox()))
                .isFalse();
        assertThat(messages.hasEnvelope(TestValues.tenant(), message.id(), ann)).isFalse();
    }

    @Test
    void aMessageIsInsertedOnce() {
        StoredMessage message = ours.message(thread, NOW);
        insert(message, ours.received(message, ann));

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() -> insert(message, ours.received(message, bob)));

        assertThat(messages.findSlot(ours.tenant(), message.id(), bob)).isEmpty();
    }

    @Test
    void aMailboxHasOneSlotOfAMessageAndAMessageIsStoredWithAllItsSlotsOrNotAtAll() {
        StoredMessage message = ours.message(thread, NOW);

        assertThatExceptionOfType(DuplicateKeyException.class)
                .isThrownBy(() ->
                        insert(message, ours.received(message, ann), ours.sent(message, ann)));

        assertThat(messages.find(ours.tenant(), message.id())).isEmpty();
        assertThat(inbox(10).slots()).isEmpty();
    }

    @Test
    void aSlotOfAMailboxOrThreadThatIsNotThereIsRefused() {
        StoredMessage message = ours.message(thread, NOW);
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> insert(message, ours.received(message, TestValues.mailbox())));

        StoredMessage threadless = ours.message(TestValues.thread(), NOW);
        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> insert(threadless));
    }

    @Test
    void aSlotThatIsShownNowhereIsRefused() {
        StoredMessage message = ours.message(thread, NOW);

        assertThatExceptionOfType(DataIntegrityViolationException.class)
                .isThrownBy(() -> insert(message, ours.slot(message, ann, false, false)));
    }

    @ParameterizedTest
    @CsvSource({"1, 25", "7, 25", "24, 25", "25, 25", "26, 25", "5, 0"})
    void pagesShowEveryMessageOnceNewestFirst(int max, int count) {
        List<MessageId> stored = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            // Several of one time: the id decides.
            StoredMessage message = ours.message(thread, NOW.plusSeconds(i / 4));
            insert(message, ours.received(message, ann));
            stored.add(message.id());
        }

        List<StoredSlot> seen = new ArrayList<>();
        Optional<PagePosition> before = Optional.empty();
        do {
            SlotPage page = messages.received(ours.tenant(), ann, before, max, NOW);
            assertThat(page.slots()).hasSizeLessThanOrEqualTo(max);
            seen.addAll(page.slots());
            before = page.next();
        } while (before.isPresent());

        assertThat(seen).extracting(StoredSlot::message).hasSameElementsAs(stored);
        assertThat(seen).extracting(StoredSlot::message).doesNotHaveDuplicates();
        assertThat(seen)
                .extracting(StoredSlot::acceptedAt)
                .isSortedAccordingTo((a, b) -> b.compareTo(a));
    }

    @Test
    void whatComesInBetweenMovesNoPage() {
        List<MessageId> older = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            StoredMessage message = ours.message(thread, NOW.minusSeconds(i));
            insert(message, ours.received(message, ann));
            older.add(message.id());
        }
        SlotPage first = inbox(2);
        StoredMessage between = ours.message(thread, NOW.plusSeconds(1));
        insert(between, ours.received(between, ann));

        SlotPage second = messages.received(ours.tenant(), ann, first.next(), 2, NOW);

        assertThat(second.slots())
                .extracting(StoredSlot::message)
                .containsExactlyElementsOf(older.subList(2, 4));
    }

    @Test
    void aThreadIsShownOldestFirstAndOnlyWhatTheMailboxHasOfIt() {
        ThreadId other = ours.thread(NOW);
        StoredMessage second = ours.message(thread, NOW.plusSeconds(1));
        StoredMessage first = ours.message(thread, NOW);
        StoredMessage bobsOnly = ours.message(thread, NOW.plusSeconds(2));
        StoredMessage elsewhere = ours.message(other, NOW);
        insert(second, ours.sent(second, ann));
        insert(first, ours.received(first, ann));
        insert(bobsOnly, ours.received(bobsOnly, bob));
        insert(elsewhere, ours.received(elsewhere, ann));

        assertThat(messages.thread(ours.tenant(), ann, thread, 10))
                .extracting(StoredSlot::message)
                .containsExactly(first.id(), second.id());
        assertThat(messages.thread(ours.tenant(), ann, thread, 1))
                .extracting(StoredSlot::message)
                .containsExactly(first.id());
    }

    @Test
    void theFirstOpeningIsRememberedAndNoLaterOne() {
        StoredMessage message = ours.message(thread, NOW);
        insert(message, ours.received(message, ann), ours.received(message, bob));

        messages.markOpened(ours.tenant(), message.id(), ann, NOW.plusSeconds(1));
        messages.markOpened(ours.tenant(), message.id(), ann, NOW.plusSeconds(2));

        assertThat(openedAt(message, ann)).contains(NOW.plusSeconds(1));
        assertThat(openedAt(message, bob)).isEmpty();
        assertThat(messages.unopened(ours.tenant(), ann, NOW)).isZero();
        assertThat(messages.unopened(ours.tenant(), bob, NOW)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "slot SET slot = ''",
                "slot SET slot = slot || '\\x00'::bytea",
                "slot SET slot = set_byte(slot, 0, 255)",
                "slot SET sealed_summary = ''",
                "slot SET sealed_summary = set_byte(sealed_summary, 0, 9)",
                "message SET header = ''",
                "message SET header = set_byte(header, 20, get_byte(header, 20) # 1)",
                "message SET header = set_byte(header, 30, get_byte(header, 30) # 1)",
            })
    void aDamagedSlotTakesNothingButItselfFromItsMailbox(String damage) {
        StoredMessage damaged = ours.message(thread, NOW);
        insert(damaged, ours.received(damaged, ann));
        sql.sql("UPDATE " + damage).update();
        StoredMessage newer = ours.message(thread, NOW.plusSeconds(1));
        StoredMessage older = ours.message(thread, NOW.minusSeconds(1));
        insert(newer, ours.received(newer, ann));
        insert(older, ours.received(older, ann));

        assertThat(inbox(10).slots())
                .extracting(StoredSlot::message)
                .containsExactly(newer.id(), older.id());
        assertThat(messages.thread(ours.tenant(), ann, thread, 10))
                .extracting(StoredSlot::message)
                .containsExactly(older.id(), newer.id());
        // Nor does a page end at it.
        SlotPage first = inbox(2);
        assertThat(first.slots()).extracting(StoredSlot::message).containsExactly(newer.id());
        assertThat(messages.received(ours.tenant(), ann, first.next(), 2, NOW).slots())
                .extracting(StoredSlot::message)
                .containsExactly(older.id());
        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() -> messages.findSlot(ours.tenant(), damaged.id(), ann));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header = ''",
                "certificate = ''",
                "certificate = set_byte(certificate, 0, 0)",
                "sealed_index = ''",
                "sealed_author = '\\x02'",
            })
    void aDamagedMessageIsSaidToBeSo(String damage) {
        StoredMessage message = ours.message(thread, NOW);
        insert(message);
        sql.sql("UPDATE message SET " + damage).update();

        assertThatExceptionOfType(DamagedRowException.class)
                .isThrownBy(() -> messages.find(ours.tenant(), message.id()));
    }

    @Test
    void aHeaderMovedToAnotherMessageIsNotShownAsIts() {
        StoredMessage one = ours.message(thread, NOW);
        StoredMessage two = ours.message(thread, NOW);
        insert(one, ours.received(one, ann));
        insert(two, ours.received(two, ann));
        sql.sql(
                        """
                        UPDATE message a SET header = b.header FROM message b
                         WHERE a.message_id <> b.message_id
                        """)
                .update();

        for (StoredMessage message : List.of(one, two)) {
            assertThatExceptionOfType(DamagedRowException.class)
                    .isThrownBy(() -> messages.find(ours.tenant(), message.id()));
        }
        assertThat(inbox(10).slots()).isEmpty();
    }

    @Test
    void aThousandRecipientsAreStoredInOneTransaction() {
        Set<MailboxId> mailboxes = new HashSet<>();
        StoredMessage message = ours.message(thread, NOW);
        List<StoredSlot> slots = new ArrayList<>();
        database.transaction()
                .executeWithoutResult(_ -> {
                    for (int i = 0; i < 1_000; i++) {
                        MailboxId mailbox = ours.mailbox();
                        mailboxes.add(mailbox);
                        slots.add(ours.received(message, mailbox));
                    }
                    messages.insert(ours.tenant(), message, slots);
                });

        assertThat(mailboxes)
                .allSatisfy(mailbox ->
                        assertThat(messages.unopened(ours.tenant(), mailbox, NOW)).isEqualTo(1));
    }

    private SlotPage inbox(int max) {
        return messages.received(ours.tenant(), ann, Optional.empty(), max, NOW);
    }

    private Optional<Instant> openedAt(StoredMessage message, MailboxId mailbox) {
        return messages.findSlot(ours.tenant(), message.id(), mailbox).orElseThrow().openedAt();
    }

    private void insert(StoredMessage message, StoredSlot... slots) {
        database.transaction()
                .executeWithoutResult(_ -> messages.insert(ours.tenant(), message, List.of(slots)));
    }
}
