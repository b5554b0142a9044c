package org.postern.mail.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postern.mail.TestSite.DAUGHTER;
import static org.postern.mail.TestSite.NURSE;
import static org.postern.mail.TestSite.PATIENT;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postern.db.MessageId;
import org.postern.db.store.PagePosition;
import org.postern.mail.MailSystem;
import org.postern.mail.TestSite;

/// Mail servers such as Exchange make several messages of one for several recipients; their bytes
/// differ, Message-ID and body do not.
class CopiesTest {

    @TempDir private Path folder;
    private TestSite site;
    private MailSystem system;

    @BeforeEach
    void start() {
        site = new TestSite(folder);
        system = site.start();
    }

    @Test
    void copiesAreOneRowInSentThatNamesTheRecipientsOfAll() throws Exception {
        MessageId one = bring(1, PATIENT);
        MessageId two = bring(2, DAUGHTER);

        Reader nurse = system.signIn(NURSE);
        MessageRow row = system.sent(nurse).getFirst();
        assertThat(system.sent(nurse)).hasSize(1);
        assertThat(row.id()).isEqualTo(one);
        assertThat(row.copies()).containsExactlyInAnyOrder(one, two);
        assertThat(row.recipients()).containsExactly(PATIENT, DAUGHTER);
        assertThat(system.folders().thread(nurse, row.thread())).containsExactly(row);
        for (MessageId copy : List.of(one, two)) {
            String recipient = copy.equals(one) ? PATIENT : DAUGHTER;
            assertThat(system.inbox(system.signIn(recipient)))
                    .extracting(MessageRow::id)
                    .containsExactly(copy);
            assertThat(system.read(system.signIn(recipient), copy))
                    .isEqualTo(mail(copy.equals(one) ? 1 : 2, recipient, "text"));
        }
        assertThat(site.count("job")).as("each recipient has a notice").isEqualTo(2);
    }

    @Test
    void anotherBodyOrNoMessageIdIsARowOfItsOwn() throws Exception {
        bring(1, PATIENT);
        system.bring(site.envelope(DAUGHTER), mail(1, DAUGHTER, "other text"));
        system.bring(site.envelope(PATIENT), TestSite.plain("a", "text"));
        system.bring(site.envelope(DAUGHTER), TestSite.plain("a", "text"));

        assertThat(system.sent(system.signIn(NURSE))).hasSize(4);
    }

    @Test
    void pagesOfSentShowEveryMessageOnceHoweverManyCopiesItHas() throws Exception {
        Set<MessageId> firsts = new HashSet<>();
        for (int i = 0; i < 60; i++) {
            for (int copy = 0; copy < 3; copy++) {
                site.clock().advance(Duration.ofMillis(1));
                MessageId id =
                        system.accept(
                                site.envelope("r" + copy + "@example.org"),
                                mail(copy, "r" + copy + "@example.org", "text " + i));
                if (copy == 0) {
                    firsts.add(id);
                }
            }
        }
        system.emptySpool();
        while (site.count("message") < 180) {
            system.deliver();
        }

        Reader nurse = system.signIn(NURSE);
        FolderPage first = system.folders().page(nurse, Folder.SENT, Optional.empty());
        Optional<PagePosition> next = first.next();
        FolderPage second = system.folders().page(nurse, Folder.SENT, next);

        assertThat(first.rows()).hasSize(50);
        assertThat(second.rows()).hasSize(10);
        assertThat(second.next()).isEmpty();
        Set<MessageId> seen = new HashSet<>();
        for (FolderPage page : List.of(first, second)) {
            for (MessageRow row : page.rows()) {
                seen.add(row.id());
                assertThat(row.recipients()).hasSize(3);
            }
        }
        assertThat(seen).isEqualTo(firsts);
    }

    @Test
    void theInboxShowsEachCopyThatNamesItsOwner() throws Exception {
        MessageId one = bring(1, PATIENT);
        MessageId two = bring(2, PATIENT, DAUGHTER);

        assertThat(system.inbox(system.signIn(PATIENT)))
                .extracting(MessageRow::id)
                .containsExactly(two, one);
        assertThat(system.sent(system.signIn(NURSE))).hasSize(1);
    }

    @Test
    void anAuthorWhoIsARecipientHasItInTheInboxAndOnceInSent() throws Exception {
        MessageId one = bring(1, PATIENT);
        MessageId own = bring(2, NURSE);

        Reader nurse = system.signIn(NURSE);
        assertThat(system.inbox(nurse)).extracting(MessageRow::id).containsExactly(own);
        assertThat(system.sent(nurse)).extracting(MessageRow::id).containsExactly(one);
        assertThat(system.folders().thread(nurse, system.sent(nurse).getFirst().thread()))
                .as("what either folder shows")
                .extracting(MessageRow::id)
                .containsExactly(one, own);
    }

    @Test
    void aCopyThatWasShreddedLeavesItsPlaceToTheOthers() throws Exception {
        MessageId one = bring(1, PATIENT);
        MessageId two = bring(2, DAUGHTER);
        system.keys().service().destroy(site.tenant(), one, Set.of());

        Reader nurse = system.signIn(NURSE);
        assertThat(system.sent(nurse))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.id()).isEqualTo(two);
                    assertThat(row.copies()).containsExactly(two);
                    assertThat(row.recipients()).containsExactly(DAUGHTER);
                });
        assertThat(system.inbox(system.signIn(PATIENT))).isEmpty();

        system.keys().service().destroy(site.tenant(), two, Set.of());

        assertThat(system.sent(nurse)).isEmpty();
    }

    @Test
    void nobodyElsesCopiesAreAmongThem() throws Exception {
        bring(1, PATIENT);
        system.bring(
                site.envelope(site.tenant(), Optional.of("doctor@example.com"), DAUGHTER),
                mail(2, DAUGHTER, "text"));

        assertThat(system.sent(system.signIn(NURSE)).getFirst().recipients())
                .containsExactly(PATIENT);
        assertThat(system.sent(system.signIn("doctor@example.com")).getFirst().recipients())
                .containsExactly(DAUGHTER);
    }

    private MessageId bring(int hop, String... recipients) throws Exception {
        site.clock().advance(Duration.ofMillis(1));
        return system.bring(
                site.envelope(recipients), mail(hop, String.join(", ", recipients), "text"));
    }

    private static byte[] mail(int hop, String to, String text) {
        return TestSite.lines(
                "Received: from hub" + hop + " by edge; today",
                "From: Nurse Joy <" + NURSE + ">",
                "To: " + to,
                "Message-ID: <a@example.com>",
                "X-MS-Exchange-Organization-Hop: " + hop,
                "Subject: Results",
                "",
                text);
    }
}
